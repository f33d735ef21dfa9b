# exercise: answer_mask
# misconception: nothing-returned
def answer_mask(tokenizer, messages):
    print(tokenizer.apply_chat_template(messages, return_assistant_tokens_mask=True)["assistant_masks"])
