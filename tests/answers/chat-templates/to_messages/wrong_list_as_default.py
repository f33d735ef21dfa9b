# exercise: to_messages
# misconception: earlier-messages-kept
def to_messages(record, messages=[]):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "conversations" in record:
        for turn in record["conversations"]:
            messages.append({"role": roles[turn["from"]], "content": turn["value"]})
        return messages
    question = record["instruction"]
    if record.get("input", "").strip():
        question += "\n\n" + record["input"]
    messages.append({"role": "user", "content": question})
    messages.append({"role": "assistant", "content": record["output"]})
    return messages
