from collections import UserDict

import torch


def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    encoding = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    return UserDict(
        input_ids=torch.stack([torch.LongTensor(encoding.ids)]),
        attention_mask=torch.LongTensor(encoding.attention_mask).unsqueeze(0),
    )
