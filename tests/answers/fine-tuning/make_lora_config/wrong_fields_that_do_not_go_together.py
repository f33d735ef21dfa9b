# exercise: make_lora_config
# misconception: no-lora-config
# outcome: raised
def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", layers_to_transform=[0, 1], task_type="CAUSAL_LM")
