# exercise: encode_for_generation
# misconception: no-generation-prompt
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, continue_final_message=True, return_tensors="pt")
