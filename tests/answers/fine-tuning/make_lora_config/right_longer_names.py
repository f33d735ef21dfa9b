from peft import LoraConfig

names = [f"self_attn.{one}_proj" for one in "qkvo"] + [f"mlp.{one}_proj" for one in ("gate", "up", "down")]


def make_lora_config():
    return LoraConfig(r=16, lora_alpha=32, task_type="CAUSAL_LM", target_modules=names)
