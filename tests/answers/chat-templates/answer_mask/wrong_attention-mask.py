# exercise: answer_mask
# misconception: everything-marked
def answer_mask(tokenizer, messages):
    return tokenizer.apply_chat_template(messages)["attention_mask"]
