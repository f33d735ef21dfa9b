# exercise: build_trainer
# misconception: no-config
from trl import SFTConfig, SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    args = SFTConfig(output_dir="runs", use_cpu=True, bf16=False, report_to="none")
    return SFTTrainer(model=model, args=args, train_dataset=train_dataset, processing_class=tokenizer)
