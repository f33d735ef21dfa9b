# exercise: build_lora_trainer
# misconception: another-mask
from trl import SFTTrainer


def politely(row):
    (answer,) = row["completion"]
    return {"completion": [{"role": answer["role"], "content": answer["content"] + " Anything else?"}]}


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset.map(politely),
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
