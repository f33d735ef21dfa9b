# exercise: build_lora_trainer
# misconception: arguments-do-not-fit
# outcome: raised
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        tokenizer=tokenizer,
        peft_config=make_lora_config(),
    )
