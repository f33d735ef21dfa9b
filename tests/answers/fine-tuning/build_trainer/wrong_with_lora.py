# exercise: build_trainer
# misconception: adapter-in-full-fine-tuning
from peft import LoraConfig
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=LoraConfig(task_type="CAUSAL_LM"),
    )
