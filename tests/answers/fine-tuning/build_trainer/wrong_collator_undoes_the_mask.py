# exercise: build_trainer
# misconception: every-token-trained
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    def collate(rows):
        batch = tokenizer.pad([{"input_ids": row["input_ids"]} for row in rows], return_tensors="pt")
        batch["labels"] = batch["input_ids"].clone()
        return batch

    return SFTTrainer(
        model=model,
        args=make_sft_config("runs"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        data_collator=collate,
    )
