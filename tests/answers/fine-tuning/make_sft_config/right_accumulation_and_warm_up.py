from trl import SFTConfig


def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=3e-4,
        max_steps=100,
        per_device_train_batch_size=4,
        gradient_accumulation_steps=2,
        warmup_steps=5,
        lr_scheduler_type="cosine",
        max_length=None,
        completion_only_loss=True,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
    )
