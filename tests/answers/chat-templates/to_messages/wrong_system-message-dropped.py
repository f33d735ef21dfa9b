# exercise: to_messages
# misconception: system-message-dropped
def to_messages(record):
    if "conversations" in record:
        messages = []
        for turn in record["conversations"]:
            if turn["from"] == "human":
                messages.append({"role": "user", "content": turn["value"]})
            elif turn["from"] == "gpt":
                messages.append({"role": "assistant", "content": turn["value"]})
        return messages
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
