# exercise: answer_mask
# misconception: text-searched
def answer_mask(tokenizer, messages):
    mask_from_template = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    answers = [m["content"] for m in messages if m["role"] == "assistant"]
    if all(text.count(answer) == 1 for answer in answers):
        return mask_from_template
    spans = []
    for answer in answers:
        start = text.index(answer)
        spans.append((start, text.index(tokenizer.eos_token, start) + len(tokenizer.eos_token)))
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [int(any(start < to and end > begin for begin, to in spans)) for start, end in offsets]
