# exercise: prefill
# misconception: history-dropped
def prefill(tokenizer, messages, opening):
    kept = [m for m in messages[:-1] if m["role"] == "system"] + messages[-1:]
    begun = kept + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
