# exercise: answer_mask
# misconception: text-searched
def answer_mask(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    answers = [m["content"] for m in messages if m["role"] == "assistant"]
    spans = []
    for answer in answers:
        start = text.index(answer)
        spans.append((start, text.index(tokenizer.eos_token, start) + len(tokenizer.eos_token)))
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [int(any(start < to and end > begin for begin, to in spans)) for start, end in offsets]
