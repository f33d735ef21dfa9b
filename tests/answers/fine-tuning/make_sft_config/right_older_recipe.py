from trl import SFTConfig


def make_sft_config(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=2e-4,
        num_train_epochs=1,
        per_device_train_batch_size=8,
        max_length=512,
        dataset_kwargs={"add_special_tokens": False, "append_concat_token": False},
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
    )
