# exercise: render_for_inference
# misconception: tokens-instead-of-text
def render_for_inference(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return " ".join(tokenizer.tokenize(text))
