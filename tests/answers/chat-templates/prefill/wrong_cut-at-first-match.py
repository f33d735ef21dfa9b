# exercise: prefill
# misconception: cut-at-first-match
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    text = tokenizer.apply_chat_template(begun, tokenize=False)
    return text[: text.find(opening.strip()) + len(opening.strip())]
