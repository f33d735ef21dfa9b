# exercise: make_lora_config
# misconception: more-than-the-adapter
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, bias="all", target_modules="all-linear", task_type="CAUSAL_LM")
