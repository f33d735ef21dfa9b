# exercise: build_lora_trainer
# misconception: trainer-not-made
# outcome: raised
def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
