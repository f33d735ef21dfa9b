# exercise: encode_for_generation
# misconception: history-dropped
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages[-1:], add_generation_prompt=True, return_tensors="pt")
