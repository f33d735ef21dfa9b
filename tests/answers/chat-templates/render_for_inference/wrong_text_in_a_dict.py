# exercise: render_for_inference
# misconception: text-in-a-container
def render_for_inference(tokenizer, messages):
    return {"prompt": tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)}
