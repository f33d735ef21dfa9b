# exercise: render_for_training
# misconception: tokens-instead-of-text
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=True, return_dict=False)
