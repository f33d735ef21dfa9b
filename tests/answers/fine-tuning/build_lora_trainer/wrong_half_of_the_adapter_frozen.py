# exercise: build_lora_trainer
# misconception: adapter-frozen
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    trainer = SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
    for name, parameter in trainer.model.named_parameters():
        if ".lora_A." in name:
            parameter.requires_grad_(False)
    return trainer
