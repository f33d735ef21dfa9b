# exercise: render_for_inference
# misconception: hand-written-template
def render_for_inference(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, tokenize=False) + "<|im_start|>assistant\n"
