# exercise: encode_for_generation
# misconception: wrong-attention-mask
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    enc = tokenizer(text, return_tensors="pt")
    ids = enc["input_ids"]
    if ids[0, 0] == ids[0, 1]:
        ids = ids[:, 1:]
    return {"input_ids": ids, "attention_mask": enc["attention_mask"]}
