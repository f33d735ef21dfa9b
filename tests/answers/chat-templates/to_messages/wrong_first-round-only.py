# exercise: to_messages
# misconception: turns-lost
def to_messages(record):
    if "conversations" in record:
        turns = record["conversations"]
        messages = []
        if turns[0]["from"] == "system":
            messages.append({"role": "system", "content": turns[0]["value"]})
        for name, role in (("human", "user"), ("gpt", "assistant")):
            text = next(turn["value"] for turn in turns if turn["from"] == name)
            messages.append({"role": role, "content": text})
        return messages
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
