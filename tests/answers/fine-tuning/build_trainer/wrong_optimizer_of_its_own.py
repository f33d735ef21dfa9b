# exercise: build_trainer
# misconception: no-config
import torch
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs/full"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        optimizers=(torch.optim.AdamW(model.parameters(), lr=1e-2), None),
    )
