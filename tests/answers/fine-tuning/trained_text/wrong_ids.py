# exercise: trained_text
# misconception: tokens-instead-of-text
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    return labels[labels != -100].tolist()
