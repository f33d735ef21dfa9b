from trl import SFTConfig


def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=3e-4,
        lr_scheduler_type="cosine_with_min_lr",
        lr_scheduler_kwargs={"min_lr_rate": 0.1},
        num_train_epochs=1,
        per_device_train_batch_size=8,
        max_length=512,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
    )
