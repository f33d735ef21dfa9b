# exercise: encode_for_generation
# misconception: wrong-attention-mask
import torch


def encode_for_generation(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_assistant_tokens_mask=True)
    return {
        "input_ids": torch.tensor([encoding["input_ids"]]),
        "attention_mask": torch.tensor([encoding["assistant_masks"]]),
    }
