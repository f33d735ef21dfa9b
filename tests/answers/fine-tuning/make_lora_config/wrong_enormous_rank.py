# exercise: make_lora_config
# misconception: rank-too-high
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=256, lora_alpha=256, target_modules="all-linear", task_type="CAUSAL_LM")
