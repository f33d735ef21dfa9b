# exercise: prefill
# misconception: prompt-plus-opening
def prefill(tokenizer, messages, opening):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return text + opening
