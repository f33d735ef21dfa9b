# exercise: encode_for_generation
# misconception: batch-encoding-taken-for-tensor
# outcome: raised
import torch


def encode_for_generation(tokenizer, messages):
    input_ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
    return {"input_ids": input_ids, "attention_mask": torch.ones(input_ids.shape, dtype=torch.long)}
