# exercise: build_trainer
# misconception: name-of-an-old-release
# outcome: raised
from trl import DataCollatorForCompletionOnlyLM, SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=model,
        args=make_sft_config("runs/sft"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        data_collator=DataCollatorForCompletionOnlyLM("<|im_start|>assistant\n", tokenizer=tokenizer),
    )
