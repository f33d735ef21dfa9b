# exercise: answer_mask
# misconception: prefix-lengths
def answer_mask(tokenizer, messages):
    def length(count, opened=False):
        text = tokenizer.apply_chat_template(messages[:count], tokenize=False, add_generation_prompt=opened)
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    mask = [0] * length(len(messages))
    for i, message in enumerate(messages):
        if message["role"] == "assistant":
            start, end = length(i, opened=True), length(i + 1)
            mask[start:end] = [1] * (end - start)
    return mask
