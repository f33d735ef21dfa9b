# exercise: encode_for_generation
# misconception: no-batch-dimension
import torch


def encode_for_generation(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, add_generation_prompt=True)
    return {name: torch.tensor(values) for name, values in encoding.items()}
