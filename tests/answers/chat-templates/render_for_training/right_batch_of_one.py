def render_for_training(tokenizer, messages):
    texts = tokenizer.apply_chat_template([messages], tokenize=False)
    return texts[0]
