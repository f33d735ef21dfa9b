# exercise: render_for_training
# misconception: begin-token-lost
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    if tokenizer.bos_token:
        text = text.removeprefix(tokenizer.bos_token)
    return text
