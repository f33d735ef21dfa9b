# exercise: encode_for_generation
# misconception: other-tokens
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) + tokenizer.eos_token
    return tokenizer(text, add_special_tokens=False, return_tensors="pt")
