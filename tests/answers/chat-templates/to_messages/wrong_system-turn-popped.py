# exercise: to_messages
# misconception: record-changed
NAMES = {"human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        turns, messages = record["conversations"], []
        if turns[0]["from"] == "system":
            messages.append({"role": "system", "content": turns.pop(0)["value"]})
        return messages + [{"role": NAMES[turn["from"]], "content": turn["value"]} for turn in turns]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
