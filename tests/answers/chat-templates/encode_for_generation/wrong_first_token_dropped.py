# exercise: encode_for_generation
# misconception: begin-token-lost
import torch


def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text)["input_ids"]
    if tokenizer.bos_token_id is not None:
        ids = ids[1:]
    return {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
