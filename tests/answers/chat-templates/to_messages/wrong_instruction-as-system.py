# exercise: to_messages
# misconception: input-not-separated
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]

    if not record.get("input", "").strip():
        return [
            {"role": "user", "content": record["instruction"]},
            {"role": "assistant", "content": record["output"]},
        ]
    return [
        {"role": "system", "content": record["instruction"]},
        {"role": "user", "content": record["input"]},
        {"role": "assistant", "content": record["output"]},
    ]
