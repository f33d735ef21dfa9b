# exercise: render_for_inference
# misconception: system-turn-by-hand
def render_for_inference(tokenizer, messages):
    if messages[0]["role"] == "user":
        messages = [dict(role="system", content="")] + messages
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
