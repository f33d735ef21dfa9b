# exercise: encode_for_generation
# misconception: empty-answer-closed
def encode_for_generation(tokenizer, messages):
    return tokenizer.apply_chat_template([*messages, {"role": "assistant", "content": ""}], return_tensors="pt")
