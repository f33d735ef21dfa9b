# exercise: answer_mask
# misconception: only-one-answer-marked
def answer_mask(tokenizer, messages):
    mask = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]
    last = len(mask) - 1 - mask[::-1].index(1)
    start = last
    while start > 0 and mask[start - 1]:
        start -= 1
    return [1 if start <= i <= last else 0 for i in range(len(mask))]
