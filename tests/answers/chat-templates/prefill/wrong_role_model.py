# exercise: prefill
# misconception: opening-by-the-user
def prefill(tokenizer, messages, opening):
    return tokenizer.apply_chat_template(messages + [{"role": "model", "content": opening}], tokenize=False, continue_final_message=True)
