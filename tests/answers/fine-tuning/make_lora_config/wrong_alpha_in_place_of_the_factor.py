# exercise: make_lora_config
# misconception: pull-too-weak
def make_lora_config():
    # alpha / r = 2
    return LoraConfig(r=16, lora_alpha=2, target_modules="all-linear", task_type="CAUSAL_LM")
