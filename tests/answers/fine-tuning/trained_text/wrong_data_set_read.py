# exercise: trained_text
# misconception: another-text
def trained_text(trainer):
    row = trainer.train_dataset[0]
    return trainer.processing_class.decode([label for label in row["labels"] if label != -100])
