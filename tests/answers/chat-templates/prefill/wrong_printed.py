# exercise: prefill
# misconception: nothing-returned
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    print(tokenizer.apply_chat_template(begun, tokenize=False, continue_final_message=True))
