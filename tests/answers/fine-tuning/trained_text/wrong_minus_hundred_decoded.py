# exercise: trained_text
# misconception: ignored-labels-decoded
# outcome: raised
def trained_text(trainer):
    batch = next(iter(trainer.get_train_dataloader()))
    return trainer.processing_class.decode(batch["labels"][0])
