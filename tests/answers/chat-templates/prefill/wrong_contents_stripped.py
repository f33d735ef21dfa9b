# exercise: prefill
# misconception: contents-changed
def prefill(tokenizer, messages, opening):
    begun = [{"role": m["role"], "content": m["content"].strip()} for m in messages] + [
        {"role": "assistant", "content": opening}
    ]
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
