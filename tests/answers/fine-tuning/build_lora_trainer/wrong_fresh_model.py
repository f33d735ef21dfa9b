# exercise: build_lora_trainer
# misconception: another-model
from transformers import LlamaForCausalLM
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(
        model=LlamaForCausalLM(model.config),
        args=sft_config("runs/lora"),
        train_dataset=train_dataset,
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
