# exercise: make_lora_config
# misconception: arguments-do-not-fit
# outcome: raised
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(rank=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
