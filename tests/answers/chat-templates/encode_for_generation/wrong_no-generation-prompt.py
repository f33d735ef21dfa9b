# exercise: encode_for_generation
# misconception: no-generation-prompt
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, return_tensors="pt", return_dict=True)
