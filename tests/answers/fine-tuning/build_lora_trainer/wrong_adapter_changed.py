# exercise: build_lora_trainer
# misconception: another-adapter
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    lora = make_lora_config()
    lora.lora_dropout = 0.4
    lora.use_rslora = True
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=lora,
    )
