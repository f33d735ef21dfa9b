# exercise: trained_text
# misconception: name-of-an-old-release
# outcome: raised
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    return trainer.tokenizer.decode(labels[labels != -100])
