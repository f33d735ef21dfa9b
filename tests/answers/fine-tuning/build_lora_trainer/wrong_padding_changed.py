# exercise: build_lora_trainer
# misconception: another-tokenizer
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    tokenizer.pad_token = tokenizer.eos_token
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
