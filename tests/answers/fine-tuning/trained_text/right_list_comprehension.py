def trained_text(trainer):
    for batch in trainer.get_train_dataloader():
        ids = [one for one in batch["labels"][0].tolist() if one != -100]
        return trainer.processing_class.decode(ids, skip_special_tokens=False)
