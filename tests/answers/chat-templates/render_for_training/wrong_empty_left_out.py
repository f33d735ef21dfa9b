# exercise: render_for_training
# misconception: messages-left-out
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template([m for m in messages if m["content"]], tokenize=False)
