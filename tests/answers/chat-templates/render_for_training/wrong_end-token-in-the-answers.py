# exercise: render_for_training
# misconception: end-token-doubled
def render_for_training(tokenizer, messages):
    ended = [{**m, "content": m["content"] + tokenizer.eos_token} if m["role"] == "assistant" else m for m in messages]
    return tokenizer.apply_chat_template(ended, tokenize=False)
