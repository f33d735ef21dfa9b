# exercise: prefill
# misconception: generation-prompt-and-continue
# outcome: raised
def prefill(tokenizer, messages, opening):
    begun = messages + [{"role": "assistant", "content": opening}]
    return tokenizer.apply_chat_template(begun, tokenize=False, add_generation_prompt=True, continue_final_message=True)
