# exercise: trained_text
# misconception: inputs-decoded
def trained_text(trainer):
    batch = next(iter(trainer.get_train_dataloader()))
    ids = batch["input_ids"][0][batch["attention_mask"][0] == 1]
    return trainer.processing_class.decode(ids)
