# exercise: prefill
# misconception: opening-stripped
def prefill(tokenizer, messages, opening):
    return tokenizer.apply_chat_template(messages + [{"role": "assistant", "content": opening.lstrip()}], tokenize=False, continue_final_message=True)
