# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% id="setup"
from peft import LoraConfig
from trl import SFTConfig

# %% solution="make_lora_config"
def make_lora_config():
    """Rank 4, on the projections of queries and values."""
    ### BEGIN SOLUTION
    return LoraConfig(r=4, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    ### END SOLUTION

# %% checks="make_lora_config" points=3
make_lora_config()

# %% solution="make_sft_config"
def make_sft_config(output_dir):
    """One epoch, with a learning rate that is usual for LoRA."""
    ### BEGIN SOLUTION
    cpu = {"use_cpu": True, "bf16": False}
    return SFTConfig(output_dir=output_dir, num_train_epochs=1, learning_rate=2e-4, max_length=128, **cpu)
    ### END SOLUTION

# %% checks="make_sft_config" points=3
make_sft_config("out")
