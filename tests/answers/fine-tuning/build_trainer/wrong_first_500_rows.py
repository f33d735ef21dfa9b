# exercise: build_trainer
# misconception: rows-lost
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs/sft"),
        train_dataset=train_dataset.select(range(min(500, len(train_dataset)))),
        processing_class=tokenizer,
    )
