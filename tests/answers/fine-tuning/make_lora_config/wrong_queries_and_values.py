# exercise: make_lora_config
# misconception: attention-alone
from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
