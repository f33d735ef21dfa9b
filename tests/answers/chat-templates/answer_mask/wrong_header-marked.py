# exercise: answer_mask
# misconception: prefix-lengths
def answer_mask(tokenizer, messages):
    mask = []
    for i, message in enumerate(messages, start=1):
        ids = tokenizer.apply_chat_template(messages[:i])["input_ids"]
        mask += [int(message["role"] == "assistant")] * (len(ids) - len(mask))
    return mask
