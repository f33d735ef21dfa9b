# exercise: render_for_inference
# misconception: history-dropped
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages[-1:], tokenize=False, add_generation_prompt=True)
