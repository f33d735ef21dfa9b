from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    lora = make_lora_config()
    rows = train_dataset.select_columns(["prompt", "completion"])
    trainer = SFTTrainer(
        model=model, args=sft_config("runs"), train_dataset=rows, processing_class=tokenizer, peft_config=lora
    )
    trainer.model.print_trainable_parameters()
    return trainer
