# exercise: render_for_inference
# misconception: message-by-message
def render_for_inference(tokenizer, messages):
    question = tokenizer.apply_chat_template(messages[-1:], tokenize=False, add_generation_prompt=True)
    return tokenizer.apply_chat_template(messages[:-1], tokenize=False) + question if messages[1:] else question
