from peft import get_peft_model
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    """peft wraps the model, so that the trainer must not."""
    adapted = get_peft_model(model, make_lora_config())
    return SFTTrainer(
        model=adapted, args=sft_config("runs/lora"), train_dataset=train_dataset, processing_class=tokenizer
    )
