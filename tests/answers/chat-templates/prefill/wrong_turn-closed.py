# exercise: prefill
# misconception: turn-closed
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False)
