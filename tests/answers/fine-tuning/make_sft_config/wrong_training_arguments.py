# exercise: make_sft_config
# misconception: training-arguments
from transformers import TrainingArguments


def make_sft_config(output_dir):
    return TrainingArguments(
        output_dir=output_dir,
        learning_rate=1e-3,
        num_train_epochs=2,
        per_device_train_batch_size=16,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
    )
