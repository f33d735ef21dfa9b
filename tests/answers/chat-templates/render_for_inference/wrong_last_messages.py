# exercise: render_for_inference
# misconception: messages-left-out
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages[-6:], tokenize=False, add_generation_prompt=True)
