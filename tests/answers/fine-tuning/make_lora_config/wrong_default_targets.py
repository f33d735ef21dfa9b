# exercise: make_lora_config
# misconception: attention-alone
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, task_type="CAUSAL_LM")
