# exercise: encode_for_generation
# misconception: begin-token-lost
import torch


def encode_for_generation(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    begin = tokenizer.bos_token_id
    kept = torch.tensor([[one for place, one in enumerate(ids) if one != begin or begin not in ids[:place]]])
    return {"input_ids": kept, "attention_mask": torch.ones_like(kept)}
