# exercise: make_lora_config
# misconception: targets-not-linear
def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "embed_tokens"], task_type="CAUSAL_LM")
