# exercise: encode_for_generation
# misconception: contents-changed
def encode_for_generation(tokenizer, messages):
    clean = [{"role": m["role"], "content": m["content"].strip()} for m in messages]
    return tokenizer.apply_chat_template(clean, add_generation_prompt=True, return_tensors="pt")
