# exercise: answer_mask
# misconception: prefix-lengths
def answer_mask(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    mask = [0] * len(ids)
    for i, message in enumerate(messages):
        if message["role"] == "assistant":
            start = len(tokenizer.apply_chat_template(messages[:i], add_generation_prompt=True)["input_ids"])
            end = ids.index(tokenizer.eos_token_id, start)
            mask[start : end + 1] = [1] * (end + 1 - start)
    return mask
