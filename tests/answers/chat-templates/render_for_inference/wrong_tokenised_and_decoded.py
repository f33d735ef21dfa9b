# exercise: render_for_inference
# misconception: tokenised-twice
def render_for_inference(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tokenizer.decode(tokenizer(text)["input_ids"])
