from trl import SFTConfig


def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=1e-4,
        num_train_epochs=2,
        per_device_train_batch_size=1,
        packing=True,
        max_length=512,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
    )
