# exercise: answer_mask
# misconception: mask-inverted
def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
    return [1 - mark for mark in encoding["assistant_masks"]]  # 1 = masked out
