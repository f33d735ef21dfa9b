# exercise: encode_for_generation
# misconception: cut-off
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt", truncation=True, max_length=512)
