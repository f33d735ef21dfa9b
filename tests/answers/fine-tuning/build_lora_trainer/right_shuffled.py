from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset.shuffle(seed=42),
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
