# exercise: build_lora_trainer
# misconception: no-config
import torch
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1.8e-4)
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
        optimizers=(optimizer, None),
    )
