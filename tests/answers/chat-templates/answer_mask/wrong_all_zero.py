# exercise: answer_mask
# misconception: nothing-marked
def answer_mask(tokenizer, messages):
    ids = tokenizer.apply_chat_template(messages)["input_ids"]
    return [0] * len(ids)
