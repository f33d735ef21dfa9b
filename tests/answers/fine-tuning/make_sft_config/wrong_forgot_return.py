# exercise: make_sft_config
# misconception: nothing-returned
from trl import SFTConfig


def make_sft_config(output_dir):
    config = SFTConfig(output_dir=output_dir, learning_rate=2e-4, use_cpu=True, bf16=False)
