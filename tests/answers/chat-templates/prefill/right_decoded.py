def prefill(tokenizer, messages, opening):
    begun = (*messages, {"role": "assistant", "content": opening})
    ids = tokenizer.apply_chat_template(list(begun), continue_final_message=True, return_dict=False)
    return tokenizer.decode(ids, clean_up_tokenization_spaces=False)
