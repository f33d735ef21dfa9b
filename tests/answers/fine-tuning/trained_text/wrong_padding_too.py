# exercise: trained_text
# misconception: padding-decoded
def trained_text(trainer):
    """Everything from the first label that counts to the end of the row."""
    batch = next(iter(trainer.get_train_dataloader()))
    labels = batch["labels"][0].tolist()
    start = next(n for n, label in enumerate(labels) if label != -100)
    return trainer.processing_class.decode(batch["input_ids"][0][start:])
