# exercise: trained_text
# misconception: another-text
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    return trainer.processing_class.decode(labels[labels > 0])
