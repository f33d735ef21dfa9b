# exercise: prefill
# misconception: system-turn-by-hand
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    if begun[0]["role"] != "system":
        begun.insert(0, {"role": "system", "content": "You are a helpful assistant."})
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
