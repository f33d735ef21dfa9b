# exercise: make_lora_config
# misconception: nothing-returned
from peft import LoraConfig


def make_lora_config():
    LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
