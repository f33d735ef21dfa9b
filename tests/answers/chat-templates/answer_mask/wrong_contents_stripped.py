# exercise: answer_mask
# misconception: mask-length
def answer_mask(tokenizer, messages):
    clean = [{"role": m["role"], "content": m["content"].strip()} for m in messages]
    return tokenizer.apply_chat_template(clean, return_assistant_tokens_mask=True)["assistant_masks"]
