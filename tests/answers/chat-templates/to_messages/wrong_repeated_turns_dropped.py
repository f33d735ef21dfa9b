# exercise: to_messages
# misconception: turns-lost
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        messages = []
        for turn in record["conversations"]:
            message = {"role": ROLES[turn["from"]], "content": turn["value"]}
            if message not in messages:
                messages.append(message)
        return messages
    question = record["instruction"]
    if (record.get("input") or "").strip():
        question += "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
