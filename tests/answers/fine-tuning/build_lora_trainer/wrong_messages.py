# exercise: build_lora_trainer
# misconception: every-token-trained
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    rows = train_dataset.map(
        lambda row: {"messages": row["prompt"] + row["completion"]}, remove_columns=train_dataset.column_names
    )
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=rows,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
