# exercise: answer_mask
# misconception: bool-or-tensor-mask
def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True, return_tensors="pt")
    return encoding["assistant_masks"].tolist()
