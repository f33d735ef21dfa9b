# exercise: answer_mask
# misconception: mask-length
def answer_mask(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True, truncation=True, max_length=512)["assistant_masks"]
