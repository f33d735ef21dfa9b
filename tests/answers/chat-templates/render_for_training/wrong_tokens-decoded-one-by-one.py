# exercise: render_for_training
# misconception: tokens-instead-of-text
def render_for_training(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    return "".join(tokenizer.decode([one]) for one in ids)
