import tempfile

from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    """Only the two columns that matter, and a loss that is asked for by name."""
    config = make_sft_config(tempfile.mkdtemp())
    config.completion_only_loss = True
    columns = {"prompt", "completion"}
    rows = train_dataset.remove_columns([name for name in train_dataset.column_names if name not in columns])
    return SFTTrainer(model=model, args=config, train_dataset=rows, processing_class=tokenizer)
