# exercise: prefill
# misconception: tokenised-twice
def prefill(tokenizer, messages, opening):
    begun = [*messages, {"role": "assistant", "content": opening}]
    text = tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True)
    return tokenizer.decode(tokenizer(text)["input_ids"])
