# exercise: render_for_inference
# misconception: nothing-returned
def render_for_inference(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    print(text)
