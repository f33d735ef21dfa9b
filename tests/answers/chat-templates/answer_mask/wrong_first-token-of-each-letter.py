# exercise: answer_mask
# misconception: answer-marked-in-part
def answer_mask(tokenizer, messages):
    encoded = tokenizer.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    pieces = tokenizer.convert_ids_to_tokens(encoded["input_ids"])
    mask, seen = [], set()
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    for marked, (start, _) in zip(encoded["assistant_masks"], offsets):
        mask.append(int(marked and start not in seen))
        seen.add(start)
    return mask
