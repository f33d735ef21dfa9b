# exercise: trained_text
# misconception: decoded-one-by-one
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    return " ".join(trainer.processing_class.decode([l]) for l in labels.tolist() if l != -100)
