# exercise: to_messages
# misconception: system-message-dropped
def to_messages(record):
    if "conversations" in record:
        return [
            {"role": "user" if turn["from"] == "human" else "assistant", "content": turn["value"]}
            for turn in record["conversations"]
        ]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
