import os


def prefill(tokenizer, messages, opening):
    # two answers that go on differently: what they share is the open turn
    def answered(rest):
        return tokenizer.apply_chat_template(
            messages + [{"role": "assistant", "content": opening + rest}], tokenize=False
        )

    return os.path.commonprefix([answered("x"), answered("y")])
