# exercise: make_lora_config
# misconception: another-task
def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="SEQ_CLS")
