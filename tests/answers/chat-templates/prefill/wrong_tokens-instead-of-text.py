# exercise: prefill
# misconception: tokens-instead-of-text
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, continue_final_message=True)
