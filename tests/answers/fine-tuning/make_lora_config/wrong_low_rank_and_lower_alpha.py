# exercise: make_lora_config
# misconception: pull-too-weak
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=8, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM")
