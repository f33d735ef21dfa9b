# exercise: make_lora_config
# misconception: targets-partly-unknown
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", "query", "value"], task_type="CAUSAL_LM")
