# exercise: build_trainer
# misconception: rows-added
from datasets import concatenate_datasets
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs/sft"),
        train_dataset=concatenate_datasets([train_dataset, train_dataset]),
        processing_class=tokenizer,
    )
