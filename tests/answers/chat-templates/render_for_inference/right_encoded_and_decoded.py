def render_for_inference(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    return tokenizer.backend_tokenizer.decode(ids, skip_special_tokens=False)
