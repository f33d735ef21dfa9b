# exercise: answer_mask
# misconception: end-of-turn-not-marked
def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    special = set(tokenizer.all_special_ids)
    pairs = zip(encoding["input_ids"], encoding["assistant_masks"])
    return [int(mark and token not in special) for token, mark in pairs]
