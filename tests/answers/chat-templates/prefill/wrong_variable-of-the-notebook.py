# exercise: prefill
# misconception: arguments-not-used
def prefill(tokenizer, messages, opening):
    return tokenizer.apply_chat_template(
        question + [{"role": "assistant", "content": opening}], tokenize=False, continue_final_message=True
    )
