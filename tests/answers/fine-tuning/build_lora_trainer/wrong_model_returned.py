# exercise: build_lora_trainer
# misconception: no-sft-trainer
from peft import get_peft_model


def build_lora_trainer(model, tokenizer, train_dataset):
    return get_peft_model(model, make_lora_config())
