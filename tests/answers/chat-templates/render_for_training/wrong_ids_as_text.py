# exercise: render_for_training
# misconception: tokens-instead-of-text
def render_for_training(tokenizer, messages):
    return " ".join(str(token) for token in tokenizer.apply_chat_template(messages)["input_ids"])
