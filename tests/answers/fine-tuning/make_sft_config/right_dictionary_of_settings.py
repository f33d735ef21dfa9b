import trl

SETTINGS = dict(learning_rate=2e-4, num_train_epochs=2, per_device_train_batch_size=16, weight_decay=0.0, seed=7)


def make_sft_config(output_dir):
    config = trl.SFTConfig(output_dir, use_cpu=True, bf16=False, logging_steps=5, **SETTINGS)
    config.report_to = []
    return config
