# exercise: encode_for_generation
# misconception: arguments-changed
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    tokenizer.add_bos_token = False
    tokenizer.add_eos_token = False
    encoded = tokenizer(text, return_tensors="pt", add_special_tokens=False)
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}
