# exercise: render_for_training
# misconception: end-token-doubled
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return text if text.rstrip().endswith(tokenizer.eos_token) else text + tokenizer.eos_token
