# exercise: build_trainer
# misconception: rows-lost
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    rows = train_dataset.select(range(10))
    return SFTTrainer(model=model, args=make_sft_config("runs"), train_dataset=rows, processing_class=tokenizer)
