# exercise: encode_for_generation
# misconception: system-turn-by-hand
def encode_for_generation(tokenizer, messages):
    if not any(message["role"] == "system" for message in messages):
        messages = [{"role": "system", "content": "You are a helpful assistant."}] + messages
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt")
