# exercise: make_lora_config
# misconception: targets-not-found
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules=["c_attn", "c_proj"], task_type="CAUSAL_LM")
