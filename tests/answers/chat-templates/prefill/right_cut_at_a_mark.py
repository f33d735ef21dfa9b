MARK = "\u241e the end of the opening \u241e"


def prefill(tokenizer, messages, opening):
    answered = list(messages)
    answered.append({"role": "assistant", "content": opening + MARK})
    return tokenizer.apply_chat_template(answered, tokenize=False).rpartition(MARK)[0]
