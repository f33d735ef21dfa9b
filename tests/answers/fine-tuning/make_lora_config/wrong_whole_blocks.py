# exercise: make_lora_config
# misconception: targets-not-linear
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules=["self_attn", "mlp"], task_type="CAUSAL_LM")
