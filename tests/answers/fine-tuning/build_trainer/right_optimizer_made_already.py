from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    trainer = SFTTrainer(
        model=model, args=make_sft_config("runs/full"), train_dataset=train_dataset, processing_class=tokenizer
    )
    trainer.create_optimizer()
    return trainer
