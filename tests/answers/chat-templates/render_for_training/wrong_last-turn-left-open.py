# exercise: render_for_training
# misconception: last-turn-left-open
def render_for_training(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, continue_final_message=True)
