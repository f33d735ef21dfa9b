def trained_text(trainer):
    for batch in trainer.get_train_dataloader():
        first = batch["labels"][0].tolist()
        return trainer.processing_class.decode([label for label in first if label >= 0])
