# exercise: make_lora_config
# misconception: attention-alone
def make_lora_config():
    return LoraConfig(
        r=16,
        lora_alpha=32,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
        exclude_modules=r".*layers\.0\..*",
    )
