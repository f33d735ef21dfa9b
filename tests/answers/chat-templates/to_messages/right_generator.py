class Message(dict):
    """A dict that says what it is."""


def _sharegpt(turns):
    for turn in turns:
        who = turn["from"]
        yield Message(
            role="user" if who == "human" else "assistant" if who == "gpt" else "system", content=turn["value"]
        )


def _alpaca(instruction, output, input="", **other):
    yield Message(role="user", content=f"{instruction}\n\n{input}" if input and input.strip() else instruction)
    yield Message(role="assistant", content=output)


def to_messages(record):
    try:
        return list(_sharegpt(record["conversations"]))
    except KeyError:
        return list(_alpaca(**record))
