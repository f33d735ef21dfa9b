def trained_text(trainer):
    batch = next(iter(trainer.get_train_dataloader()))
    ids, labels = batch["input_ids"][0], batch["labels"][0]
    kept = [token.item() for token, label in zip(ids, labels, strict=True) if label.item() != -100]
    return trainer.processing_class.decode(kept)
