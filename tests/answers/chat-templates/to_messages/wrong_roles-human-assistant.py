# exercise: to_messages
# misconception: sharegpt-roles-kept
def to_messages(record):
    if "conversations" in record:
        messages = []
        for turn in record["conversations"]:
            role = turn["from"].replace("gpt", "assistant")
            messages.append({"role": role, "content": turn["value"]})
        return messages
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
