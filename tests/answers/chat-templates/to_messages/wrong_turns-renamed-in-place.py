# exercise: to_messages
# misconception: record-changed
def to_messages(record):
    if "conversations" in record:
        for turn in record["conversations"]:
            turn["role"] = {"human": "user", "gpt": "assistant"}.get(turn["from"], turn["from"])
            turn["content"] = turn.pop("value")
            del turn["from"]
        return record["conversations"]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
