# exercise: build_trainer
# misconception: no-sft-trainer
from transformers import Trainer


def build_trainer(model, tokenizer, train_dataset):
    return Trainer(model=model, args=make_sft_config("runs"), train_dataset=train_dataset, processing_class=tokenizer)
