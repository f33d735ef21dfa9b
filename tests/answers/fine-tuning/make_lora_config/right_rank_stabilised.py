from peft import LoraConfig


def make_lora_config():
    return LoraConfig(r=32, lora_alpha=64, use_rslora=True, target_modules="all-linear", task_type="CAUSAL_LM")
