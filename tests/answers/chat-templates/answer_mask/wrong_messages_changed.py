# exercise: answer_mask
# misconception: arguments-changed
def answer_mask(tokenizer, messages):
    mask = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"]
    for m in messages:
        m["content"] = m["content"].strip()
        m["mask"] = m["role"] == "assistant"
    return mask
