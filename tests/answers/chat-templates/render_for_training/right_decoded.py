def render_for_training(tokenizer, messages):
    # back and forth: byte-level tokens lose nothing
    encoding = tokenizer.apply_chat_template(messages, return_tensors="pt")
    ids = encoding["input_ids"][0]
    return tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
