def answer_mask(tokenizer, messages):
    encoding = tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True, return_dict=True)
    return encoding["assistant_masks"]
