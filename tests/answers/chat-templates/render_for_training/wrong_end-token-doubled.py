# exercise: render_for_training
# misconception: end-token-doubled
def render_for_training(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return text + tokenizer.eos_token  # so that the model learns to stop
