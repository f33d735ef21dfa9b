from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=40, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
