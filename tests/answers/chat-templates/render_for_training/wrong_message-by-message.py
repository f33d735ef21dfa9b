# exercise: render_for_training
# misconception: message-by-message
def render_for_training(tokenizer, messages):
    return "".join(tokenizer.apply_chat_template([message], tokenize=False) for message in messages)
