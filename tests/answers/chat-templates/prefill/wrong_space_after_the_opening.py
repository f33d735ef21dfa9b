# exercise: prefill
# misconception: opening-left-out
def prefill(tokenizer, messages, opening):
    begun = [*messages, {"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True) + " "
