# exercise: render_for_training
# misconception: nothing-returned
def render_for_training(tokenizer, messages):
    print(tokenizer.apply_chat_template(messages, tokenize=False))
