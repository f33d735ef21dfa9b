# exercise: build_trainer
# misconception: no-config
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    args = make_sft_config("runs/sft")
    args.per_device_train_batch_size = 2
    args.num_train_epochs = 3
    args.weight_decay = 0.3
    return SFTTrainer(model=model, args=args, train_dataset=train_dataset, processing_class=tokenizer)
