# exercise: render_for_training
# misconception: begin-token-by-hand
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return tokenizer.decode(tokenizer(text)["input_ids"])
