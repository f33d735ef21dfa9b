# exercise: render_for_training
# misconception: contents-changed
def render_for_training(tokenizer, messages):
    for message in messages:
        message["content"] = message["content"].strip()
    return tokenizer.apply_chat_template(messages, tokenize=False)
