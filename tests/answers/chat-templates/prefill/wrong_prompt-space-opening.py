# exercise: prefill
# misconception: prompt-plus-opening
def prefill(tokenizer, messages, opening):
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return prompt + opening if prompt[-1].isspace() else prompt + " " + opening
