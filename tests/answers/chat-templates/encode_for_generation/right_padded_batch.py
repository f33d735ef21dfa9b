def encode_for_generation(tokenizer, messages):
    batch = tokenizer.apply_chat_template([messages], add_generation_prompt=True, padding=True, return_tensors="pt")
    return {name: batch[name] for name in ("input_ids", "attention_mask")}
