# exercise: trained_text
# misconception: another-row
def trained_text(trainer):
    size = trainer.args.per_device_train_batch_size
    rows = [trainer.train_dataset[n] for n in range(min(size, len(trainer.train_dataset)))]
    batch = trainer.data_collator([{"input_ids": row["input_ids"], "labels": row["labels"]} for row in rows])
    first = batch["labels"][0]
    return trainer.processing_class.decode(first.masked_select(first.ge(0)).tolist())
