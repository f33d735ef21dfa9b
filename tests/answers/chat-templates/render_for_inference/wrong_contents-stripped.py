# exercise: render_for_inference
# misconception: contents-changed
def render_for_inference(tokenizer, messages):
    tidy = [{**message, "content": message["content"].strip()} for message in messages]
    return tokenizer.apply_chat_template(tidy, tokenize=False, add_generation_prompt=True)
