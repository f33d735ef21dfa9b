# exercise: render_for_training
# misconception: contents-changed
def render_for_training(tokenizer, messages):
    tidy = [{"role": m["role"], "content": m["content"].strip()} for m in messages]
    return tokenizer.apply_chat_template(tidy, tokenize=False)
