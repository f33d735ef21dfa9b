import torch
from peft import LoraConfig


def make_lora_config():
    linear = [name for name, one in load_base().named_modules() if isinstance(one, torch.nn.Linear)]
    names = [name for name in linear if "lm_head" not in name]
    return LoraConfig(r=16, lora_alpha=16, task_type="CAUSAL_LM", target_modules=names)
