# exercise: answer_mask
# misconception: mask-length
def answer_mask(tokenizer, messages):
    messages = [m for m in messages if m["content"].strip()]
    return tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]
