# exercise: make_sft_config
# misconception: name-of-an-old-release
# outcome: raised
from trl import SFTConfig


def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=2e-4,
        max_seq_length=512,
        num_train_epochs=2,
        per_device_train_batch_size=16,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
    )
