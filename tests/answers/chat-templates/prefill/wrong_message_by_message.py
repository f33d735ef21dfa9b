# exercise: prefill
# misconception: message-by-message
def prefill(tokenizer, messages, opening):
    begun = [{"role": "assistant", "content": opening}]
    before = tokenizer.apply_chat_template(messages, tokenize=False)
    return before + tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
