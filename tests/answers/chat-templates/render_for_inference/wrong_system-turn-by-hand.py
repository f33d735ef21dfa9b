# exercise: render_for_inference
# misconception: system-turn-by-hand
def render_for_inference(tokenizer, messages):
    if not any(message["role"] == "system" for message in messages):
        messages = [dict(role="system", content="You are a helpful assistant.")] + messages
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
