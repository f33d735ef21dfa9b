# exercise: build_lora_trainer
# misconception: rows-lost
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset.select(range(min(500, len(train_dataset)))),
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
