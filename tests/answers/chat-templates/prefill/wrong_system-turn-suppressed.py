# exercise: prefill
# misconception: system-turn-by-hand
def prefill(tokenizer, messages, opening):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": ""}] + messages
    begun = messages + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
