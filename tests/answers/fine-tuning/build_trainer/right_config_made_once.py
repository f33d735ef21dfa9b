from trl import SFTTrainer

arguments = make_sft_config("runs/sft")


def build_trainer(model, tokenizer, train_dataset, args=arguments):
    return SFTTrainer(model=model, args=args, train_dataset=train_dataset, processing_class=tokenizer)
