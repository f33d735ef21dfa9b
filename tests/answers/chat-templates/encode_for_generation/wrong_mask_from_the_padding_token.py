# exercise: encode_for_generation
# misconception: wrong-attention-mask
def encode_for_generation(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")["input_ids"]
    return {"input_ids": ids, "attention_mask": ids.ne(tokenizer.pad_token_id).long()}
