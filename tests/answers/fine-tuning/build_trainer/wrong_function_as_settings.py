# exercise: build_trainer
# misconception: trainer-not-made
# outcome: raised
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(model=model, args=make_sft_config, train_dataset=train_dataset, processing_class=tokenizer)
