from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules=r".*_proj", bias="none", task_type="CAUSAL_LM")
