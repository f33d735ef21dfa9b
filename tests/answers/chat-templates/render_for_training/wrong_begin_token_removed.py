# exercise: render_for_training
# misconception: begin-token-lost
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=False)
    return text.removeprefix(tokenizer.bos_token or "")
