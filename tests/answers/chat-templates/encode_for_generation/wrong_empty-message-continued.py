# exercise: encode_for_generation
# misconception: opened-by-hand
def encode_for_generation(tokenizer, messages):
    begun = messages + [{"role": "assistant", "content": ""}]
    return tokenizer.apply_chat_template(begun, continue_final_message=True, return_tensors="pt")
