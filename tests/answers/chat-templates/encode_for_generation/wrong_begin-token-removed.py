# exercise: encode_for_generation
# misconception: begin-token-lost
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    if tokenizer.bos_token:
        text = text.replace(tokenizer.bos_token, "")
    return tokenizer(text, add_special_tokens=False, return_tensors="pt")
