# exercise: trained_text
# misconception: whole-batch
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"]
    return [trainer.processing_class.decode(row[row != -100]) for row in labels]
