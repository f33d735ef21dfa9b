# exercise: render_for_inference
# misconception: words-after-the-prompt
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) + "Answer:"
