# exercise: build_trainer
# misconception: another-template
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    def plain(row):
        return {"prompt": row["prompt"][-1]["content"], "completion": row["completion"][0]["content"]}

    rows = train_dataset.map(plain, remove_columns=train_dataset.column_names)
    return SFTTrainer(model=model, args=make_sft_config("runs"), train_dataset=rows, processing_class=tokenizer)
