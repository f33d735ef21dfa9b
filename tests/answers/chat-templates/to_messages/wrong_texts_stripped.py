# exercise: to_messages
# misconception: texts-changed
class Message(dict):
    """A dict that says what it is."""


def _sharegpt(turns):
    for turn in turns:
        who = turn["from"]
        yield Message(
            role="user" if who == "human" else "assistant" if who == "gpt" else "system", content=turn["value"].strip()
        )


def _alpaca(instruction, output, input="", **other):
    yield Message(role="user", content=f"{instruction.strip()}\n\n{input.strip()}".strip())
    yield Message(role="assistant", content=output.strip())


def to_messages(record):
    try:
        return list(_sharegpt(record["conversations"]))
    except KeyError:
        return list(_alpaca(**record))
