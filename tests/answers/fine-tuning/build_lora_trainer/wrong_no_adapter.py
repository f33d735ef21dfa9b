# exercise: build_lora_trainer
# misconception: no-adapter
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
    )
