# exercise: answer_mask
# misconception: only-one-answer-marked
def answer_mask(tokenizer, messages):
    everything = tokenizer.apply_chat_template(messages)["input_ids"]
    prompt = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True)["input_ids"]
    return [0] * len(prompt) + [1] * (len(everything) - len(prompt))
