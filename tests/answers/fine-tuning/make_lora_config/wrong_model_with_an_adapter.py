# exercise: make_lora_config
# misconception: no-lora-config
# outcome: raised
from peft import LoraConfig, get_peft_model


def make_lora_config():
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(load_base(), config)
