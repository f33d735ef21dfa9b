# exercise: make_lora_config
# misconception: adapter-learns-too-little
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=4, lora_alpha=8, lora_dropout=0.95, target_modules="all-linear", task_type="CAUSAL_LM")
