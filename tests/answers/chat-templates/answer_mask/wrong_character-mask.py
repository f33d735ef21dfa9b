# exercise: answer_mask
# misconception: mask-length
def answer_mask(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    mask = [0] * len(text)
    for message in messages:
        if message["role"] == "assistant":
            start = text.find(message["content"])
            mask[start : start + len(message["content"])] = [1] * len(message["content"])
    return mask
