# exercise: build_trainer
# misconception: another-model
import torch
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model.to(torch.bfloat16),
        args=make_sft_config("runs/sft"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
    )
