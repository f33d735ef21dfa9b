# exercise: prefill
# misconception: special-tokens-lost
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    text = tokenizer.apply_chat_template(begun, tokenize=False)
    return text.replace(tokenizer.eos_token, "").rstrip()
