import trl


def build_trainer(model, tokenizer, train_dataset):
    args = make_sft_config("output")
    trainer = trl.SFTTrainer(model, args, train_dataset=train_dataset, processing_class=tokenizer)
    return trainer
