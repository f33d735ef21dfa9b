# exercise: build_trainer
# misconception: every-token-trained
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    rows = train_dataset.map(
        lambda row: {"messages": row["prompt"] + row["completion"]}, remove_columns=train_dataset.column_names
    )
    return SFTTrainer(model=model, args=make_sft_config("runs"), train_dataset=rows, processing_class=tokenizer)
