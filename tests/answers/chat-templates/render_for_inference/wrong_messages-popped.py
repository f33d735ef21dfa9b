# exercise: render_for_inference
# misconception: arguments-changed
def render_for_inference(tokenizer, messages):
    prompt = []
    while messages:
        prompt.insert(0, messages.pop())
    return tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
