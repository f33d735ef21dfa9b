# exercise: build_lora_trainer
# misconception: adapter-without-peft
from peft import get_peft_model
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    get_peft_model(model, make_lora_config())
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
    )
