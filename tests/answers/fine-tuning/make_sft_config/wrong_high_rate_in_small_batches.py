# exercise: make_sft_config
# misconception: learning-rate-too-large
def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=5e-4,
        lr_scheduler_type="constant",
        per_device_train_batch_size=2,
        num_train_epochs=1,
        max_length=512,
        use_cpu=True,
        bf16=False,
        activation_checkpointing=False,
        save_strategy="no",
        report_to="none",
    )
