# exercise: render_for_training
# misconception: cut-short
def render_for_training(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, return_dict=False, truncation=True, max_length=64)
    return tokenizer.decode(ids)
