# exercise: encode_for_generation
# misconception: lists-instead-of-tensors
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True)
