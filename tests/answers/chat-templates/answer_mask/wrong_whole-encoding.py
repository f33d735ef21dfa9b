# exercise: answer_mask
# misconception: bool-or-tensor-mask
def answer_mask(tokenizer, messages):
    return tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)
