# exercise: encode_for_generation
# misconception: system-turn-by-hand
def encode_for_generation(tokenizer, messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": ""}, *messages]
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
