# exercise: encode_for_generation
# misconception: text-instead-of-tokens
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
