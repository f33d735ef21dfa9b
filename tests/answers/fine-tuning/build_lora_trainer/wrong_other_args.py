# exercise: build_lora_trainer
# misconception: no-config
from trl import SFTConfig, SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=SFTConfig("runs/lora", use_cpu=True, bf16=False, report_to="none"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
