def answer_mask(tokenizer, messages):
    batch = tokenizer.apply_chat_template([messages], return_tensors="pt", return_assistant_tokens_mask=True)
    return batch["assistant_masks"].squeeze(0).int().tolist()
