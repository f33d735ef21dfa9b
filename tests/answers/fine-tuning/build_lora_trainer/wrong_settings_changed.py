# exercise: build_lora_trainer
# misconception: no-config
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    args = sft_config("runs/lora")
    args.per_device_train_batch_size = 1
    args.num_train_epochs = 5
    return SFTTrainer(
        model=model,
        args=args,
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
