# exercise: render_for_training
# misconception: arguments-not-used
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template(conversation, tokenize=False)
