# exercise: prefill
# misconception: prompt-plus-opening
def prefill(tokenizer, messages, opening):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True) + opening
