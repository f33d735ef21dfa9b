# exercise: build_trainer
# misconception: another-model
from transformers import LlamaForCausalLM
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=LlamaForCausalLM(model.config),
        args=make_sft_config("runs"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
    )
