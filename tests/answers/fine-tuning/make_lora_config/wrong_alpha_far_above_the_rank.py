# exercise: make_lora_config
# misconception: alpha-far-above-the-rank
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=128, target_modules="all-linear", task_type="CAUSAL_LM")
