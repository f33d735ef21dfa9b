# exercise: prefill
# misconception: turn-closed
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    text = tokenizer.apply_chat_template(begun, tokenize=False)
    return text.rstrip().removesuffix(tokenizer.eos_token)
