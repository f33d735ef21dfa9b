# exercise: render_for_training
# misconception: system-turn-by-hand
def render_for_training(tokenizer, messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": "You are a helpful assistant."}] + messages
    return tokenizer.apply_chat_template(messages, tokenize=False)
