# exercise: prefill
# misconception: begin-token-by-hand
def prefill(tokenizer, messages, opening):
    t = tokenizer.apply_chat_template(messages + [{"role": "assistant", "content": opening}], tokenize=False, continue_final_message=True)
    b = tokenizer.bos_token
    return t if not b or t.startswith(b) else b + t
