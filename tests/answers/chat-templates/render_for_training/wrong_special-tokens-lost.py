# exercise: render_for_training
# misconception: special-tokens-lost
def render_for_training(tokenizer, messages):
    return tokenizer.decode(tokenizer.apply_chat_template(messages)["input_ids"], skip_special_tokens=True)
