# exercise: render_for_training
# misconception: begin-token-by-hand
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    if tokenizer.bos_token and not text.startswith(tokenizer.bos_token):
        text = tokenizer.bos_token + text
    return text
