# exercise: prefill
# misconception: opening-left-out
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    text = tokenizer.apply_chat_template(begun, tokenize=False)
    return text.rpartition(tokenizer.eos_token)[0]
