# exercise: encode_for_generation
# misconception: history-dropped
def encode_for_generation(tokenizer, messages):
    kept = [m for m in messages[:-1] if m["role"] == "system"] + messages[-1:]
    return tokenizer.apply_chat_template(kept, add_generation_prompt=True, return_tensors="pt")
