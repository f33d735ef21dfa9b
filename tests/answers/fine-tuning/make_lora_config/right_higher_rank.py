import peft


def make_lora_config():
    config = peft.LoraConfig(task_type=peft.TaskType.CAUSAL_LM)
    config.r = 32
    config.lora_alpha = 64
    config.target_modules = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
    return config
