# exercise: answer_mask
# misconception: everything-marked
def answer_mask(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    return [1] * len(ids)
