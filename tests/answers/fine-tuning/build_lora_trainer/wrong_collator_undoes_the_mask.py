# exercise: build_lora_trainer
# misconception: every-token-trained
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    def collate(rows):
        batch = tokenizer.pad([{"input_ids": row["input_ids"]} for row in rows], return_tensors="pt")
        batch["labels"] = batch["input_ids"].clone()
        return batch

    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
        data_collator=collate,
    )
