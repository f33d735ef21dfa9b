# exercise: render_for_training
# misconception: hand-written-template
def render_for_training(tokenizer, messages):
    for tokenizer in tokenizers.values():
        text = tokenizer.apply_chat_template(messages, tokenize=False)
    return text
