# exercise: build_trainer
# misconception: weights-frozen
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "embed" not in name
    return SFTTrainer(
        model=model, args=make_sft_config("runs"), train_dataset=train_dataset, processing_class=tokenizer
    )
