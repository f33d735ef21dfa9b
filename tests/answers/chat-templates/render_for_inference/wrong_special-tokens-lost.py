# exercise: render_for_inference
# misconception: special-tokens-lost
def render_for_inference(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    return tokenizer.decode(ids, skip_special_tokens=True)
