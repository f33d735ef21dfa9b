import trl


def build_lora_trainer(model, tokenizer, train_dataset):
    options = dict(args=sft_config(output_dir="out"), peft_config=make_lora_config())
    return trl.SFTTrainer(model, train_dataset=train_dataset, processing_class=tokenizer, **options)
