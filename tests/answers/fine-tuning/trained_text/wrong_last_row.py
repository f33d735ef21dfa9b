# exercise: trained_text
# misconception: another-row
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][-1]
    return trainer.processing_class.decode(labels[labels != -100])
