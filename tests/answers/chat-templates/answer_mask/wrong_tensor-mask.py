# exercise: answer_mask
# misconception: bool-or-tensor-mask
import torch


def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    return torch.tensor(encoding["assistant_masks"])
