# exercise: make_lora_config
# misconception: head-adapted
from peft import LoraConfig


def make_lora_config():
    layers = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "lm_head"]
    return LoraConfig(r=16, lora_alpha=32, target_modules=layers, task_type="CAUSAL_LM")
