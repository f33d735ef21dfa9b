# exercise: build_trainer
# misconception: trainer-not-made
# outcome: raised
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    def formatted(row):
        return tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)

    return SFTTrainer(
        model=model,
        args=make_sft_config("runs"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        formatting_func=formatted,
    )
