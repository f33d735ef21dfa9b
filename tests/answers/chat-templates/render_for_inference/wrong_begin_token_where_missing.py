# exercise: render_for_inference
# misconception: begin-token-by-hand
def render_for_inference(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    bos = tokenizer.bos_token or ""
    return text if text.startswith(bos) else bos + text
