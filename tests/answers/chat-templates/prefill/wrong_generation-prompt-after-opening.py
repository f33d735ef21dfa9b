# exercise: prefill
# misconception: generation-prompt-after-opening
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False, add_generation_prompt=True)
