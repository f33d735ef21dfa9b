# exercise: render_for_inference
# misconception: history-dropped
def render_for_inference(tokenizer, messages):
    kept = [m for m in messages if m["role"] == "system"] + [m for m in messages if m["role"] == "user"][-1:]
    return tokenizer.apply_chat_template(kept, tokenize=False, add_generation_prompt=True)
