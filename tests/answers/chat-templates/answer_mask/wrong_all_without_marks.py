# exercise: answer_mask
# misconception: marks-made-up
def answer_mask(tokenizer, messages):
    mask = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]
    if not any(mask):
        return [1] * len(mask)
    return mask
