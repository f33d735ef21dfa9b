# exercise: trained_text
# misconception: decoded-one-by-one
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    return "".join(trainer.processing_class.decode([label]) for label in labels.tolist() if label != -100)
