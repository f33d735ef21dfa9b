# exercise: encode_for_generation
# misconception: not-for-generate
import torch


def encode_for_generation(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, add_generation_prompt=True)
    return {name: torch.Tensor([values]) for name, values in encoding.items()}
