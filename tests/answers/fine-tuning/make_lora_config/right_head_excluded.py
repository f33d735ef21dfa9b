def make_lora_config():
    config = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", exclude_modules=["lm_head"])
    config.task_type = "CAUSAL_LM"
    return config
