# exercise: answer_mask
# misconception: bool-or-tensor-mask
def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    return [i if mark else -100 for i, mark in zip(encoding["input_ids"], encoding["assistant_masks"])]
