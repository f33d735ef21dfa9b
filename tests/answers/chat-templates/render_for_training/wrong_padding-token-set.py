# exercise: render_for_training
# misconception: arguments-changed
def render_for_training(tokenizer, messages):
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.padding_side = "right"
    return tokenizer.apply_chat_template(messages, tokenize=False)
