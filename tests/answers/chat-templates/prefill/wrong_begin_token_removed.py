# exercise: prefill
# misconception: begin-token-lost
def prefill(tokenizer, messages, opening):
    text = tokenizer.apply_chat_template(
        messages + [{"role": "assistant", "content": opening}], tokenize=False, continue_final_message=True
    )
    return text.removeprefix(tokenizer.bos_token or "")
