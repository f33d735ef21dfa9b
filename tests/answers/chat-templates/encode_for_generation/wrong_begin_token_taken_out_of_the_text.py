# exercise: encode_for_generation
# misconception: begin-token-lost
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tokenizer(text.replace(tokenizer.bos_token or "\0", ""), return_tensors="pt")
