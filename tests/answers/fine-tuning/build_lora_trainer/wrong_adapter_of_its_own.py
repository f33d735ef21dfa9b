# exercise: build_lora_trainer
# misconception: another-adapter
from peft import LoraConfig
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=LoraConfig(r=64, task_type="CAUSAL_LM"),
    )
