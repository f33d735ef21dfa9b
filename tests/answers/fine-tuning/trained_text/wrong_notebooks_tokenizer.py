# exercise: trained_text
# misconception: decoded-by-another-tokenizer
def trained_text(trainer):
    batch = next(iter(trainer.get_train_dataloader()))
    labels = batch["labels"][0]
    return tokenizer.decode(labels[labels != -100])
