# exercise: prefill
# misconception: prompt-plus-opening
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": ""}]
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True) + opening
