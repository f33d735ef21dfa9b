# exercise: encode_for_generation
# misconception: message-by-message
import torch


def encode_for_generation(tokenizer, messages):
    ids = []
    for message in messages:
        ids += tokenizer.apply_chat_template([message], add_generation_prompt=message is messages[-1])["input_ids"]
    return {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids))}
