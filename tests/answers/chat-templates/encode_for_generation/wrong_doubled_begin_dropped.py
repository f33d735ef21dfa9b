# exercise: encode_for_generation
# misconception: tokenised-twice
import torch


def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text)["input_ids"]
    while len(ids) > 1 and ids[0] == ids[1]:
        ids = ids[1:]
    return {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
