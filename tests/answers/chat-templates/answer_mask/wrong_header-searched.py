# exercise: answer_mask
# misconception: nothing-marked
def answer_mask(tokenizer, messages):
    closed = tokenizer.apply_chat_template(messages[:-1])["input_ids"]
    opened = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True)["input_ids"]
    header = opened[len(closed) :]
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    mask, i = [0] * len(ids), 0
    while header and i < len(ids):
        if ids[i : i + len(header)] == header:
            i += len(header)
            end = ids.index(tokenizer.eos_token_id, i)
            mask[i : end + 1] = [1] * (end + 1 - i)
            i = end
        i += 1
    return mask
