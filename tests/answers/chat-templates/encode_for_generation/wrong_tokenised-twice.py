# exercise: encode_for_generation
# misconception: tokenised-twice
def encode_for_generation(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tokenizer(text, return_tensors="pt")
