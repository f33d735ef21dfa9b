# exercise: encode_for_generation
# misconception: arguments-changed
def encode_for_generation(tokenizer, messages):
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer.apply_chat_template([messages], add_generation_prompt=True, padding=True, return_tensors="pt")
