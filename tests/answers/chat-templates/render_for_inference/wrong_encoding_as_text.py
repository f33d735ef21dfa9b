# exercise: render_for_inference
# misconception: tokens-instead-of-text
def render_for_inference(tokenizer, messages):
    return str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt"))
