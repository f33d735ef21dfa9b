# exercise: to_messages
# misconception: only-one-format
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
