# exercise: build_lora_trainer
# misconception: trainer-not-made
# outcome: raised
from peft import get_peft_model
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=get_peft_model(model, make_lora_config()),
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
