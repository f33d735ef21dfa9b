# exercise: encode_for_generation
# misconception: messages-left-out
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages[-10:], add_generation_prompt=True, return_tensors="pt")
