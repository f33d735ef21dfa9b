from trl import SFTConfig


def config_for(output_dir):
    return SFTConfig(
        output_dir=output_dir,
        learning_rate=2e-4,
        num_train_epochs=1,
        per_device_train_batch_size=8,
        max_length=300,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
    )


def build_trainer(model, tokenizer, train_dataset):
    from trl import SFTTrainer

    return SFTTrainer(
        model=model, args=config_for("elsewhere"), train_dataset=train_dataset, processing_class=tokenizer
    )
