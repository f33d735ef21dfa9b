# exercise: build_trainer
# misconception: another-tokenizer
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    tokenizer.pad_token = tokenizer.eos_token
    return SFTTrainer(
        model=model, args=make_sft_config("runs"), train_dataset=train_dataset, processing_class=tokenizer
    )
