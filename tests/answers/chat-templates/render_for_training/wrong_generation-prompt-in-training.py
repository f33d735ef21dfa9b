# exercise: render_for_training
# misconception: generation-prompt-in-training
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
