# exercise: prefill
# misconception: opening-left-out
def prefill(tokenizer, messages, opening):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
