# exercise: prefill
# misconception: empty-answer-closed
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": ""}]
    return tokenizer.apply_chat_template(begun, tokenize=False) + opening
