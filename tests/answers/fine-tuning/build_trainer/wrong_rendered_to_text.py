# exercise: build_trainer
# misconception: another-template
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    def render(row):
        return {"text": tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)}

    rows = train_dataset.map(render, remove_columns=train_dataset.column_names)
    return SFTTrainer(model=model, args=make_sft_config("runs"), train_dataset=rows, processing_class=tokenizer)
