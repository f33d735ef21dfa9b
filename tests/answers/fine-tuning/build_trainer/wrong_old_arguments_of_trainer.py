# exercise: build_trainer
# misconception: arguments-do-not-fit
# outcome: raised
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        dataset_text_field="text",
        max_seq_length=512,
    )
