from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=8, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
