# exercise: answer_mask
# misconception: prefix-lengths
def answer_mask(tokenizer, messages):
    encoded = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    ids, mask = encoded["input_ids"], list(encoded["assistant_masks"])
    for i in range(1, len(ids)):
        if mask[i - 1] and ids[i] == tokenizer.eos_token_id:
            mask[i] = 1
    return mask
