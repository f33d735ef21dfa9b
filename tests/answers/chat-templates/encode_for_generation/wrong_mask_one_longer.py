# exercise: encode_for_generation
# misconception: wrong-attention-mask
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"]
    return {"input_ids": ids, "attention_mask": tokenizer(text, return_tensors="pt")["attention_mask"]}
