# exercise: make_lora_config
# misconception: pull-too-strong
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=4, lora_alpha=2000, target_modules="all-linear", task_type="CAUSAL_LM")
