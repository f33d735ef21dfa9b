# exercise: prefill
# misconception: special-tokens-lost
def prefill(tokenizer, messages, opening):
    enc = tokenizer.apply_chat_template(messages + [{"role": "assistant", "content": opening}], continue_final_message=True)
    return tokenizer.decode(enc["input_ids"], skip_special_tokens=True)
