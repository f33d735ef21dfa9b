# exercise: answer_mask
# misconception: end-of-turn-not-marked
def answer_mask(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    spans = []
    for message in messages:
        if message["role"] == "assistant":
            start = text.index(message["content"])
            spans.append((start, start + len(message["content"])))
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [int(any(start < to and end > begin for begin, to in spans)) for start, end in offsets]
