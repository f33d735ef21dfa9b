# exercise: answer_mask
# misconception: end-of-turn-not-marked
def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    ids, mask = encoding["input_ids"], encoding["assistant_masks"]
    return [0 if token == tokenizer.eos_token_id else mark for token, mark in zip(ids, mask)]
