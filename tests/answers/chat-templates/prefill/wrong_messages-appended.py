# exercise: prefill
# misconception: arguments-changed
def prefill(tokenizer, messages, opening):
    messages.append({"role": "assistant", "content": opening})
    return tokenizer.apply_chat_template(messages, tokenize=False, continue_final_message=True)
