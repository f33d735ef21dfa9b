# exercise: make_lora_config
# misconception: rank-too-low
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=1, lora_alpha=12, target_modules="all-linear", task_type="CAUSAL_LM")
