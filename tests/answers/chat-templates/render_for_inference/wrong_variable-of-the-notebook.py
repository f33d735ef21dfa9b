# exercise: render_for_inference
# misconception: arguments-not-used
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(question, tokenize=False, add_generation_prompt=True)
