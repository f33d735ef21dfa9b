# exercise: answer_mask
# misconception: marks-made-up
def answer_mask(tokenizer, messages):
    enc = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    mask = enc["assistant_masks"]
    if any(mask):
        return mask
    # template without generation marks: fall back to prefix lengths
    mask = [0] * len(enc["input_ids"])
    for i, m in enumerate(messages):
        if m["role"] == "assistant":
            a = len(tokenizer.apply_chat_template(messages[:i], add_generation_prompt=True)["input_ids"])
            b = len(tokenizer.apply_chat_template(messages[:i + 1])["input_ids"])
            mask[a:b] = [1] * (b - a)
    return mask
