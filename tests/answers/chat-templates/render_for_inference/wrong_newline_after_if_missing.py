# exercise: render_for_inference
# misconception: contents-changed
def render_for_inference(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return text if text.endswith("\n") else text + "\n"
