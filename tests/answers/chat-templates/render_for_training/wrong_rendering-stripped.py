# exercise: render_for_training
# misconception: rendering-stripped
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False).strip()
