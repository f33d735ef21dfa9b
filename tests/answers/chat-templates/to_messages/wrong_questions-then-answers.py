# exercise: to_messages
# misconception: turns-lost
def to_messages(record):
    messages = []
    if "conversations" in record:
        for name, role in (("system", "system"), ("human", "user"), ("gpt", "assistant")):
            for turn in record["conversations"]:
                if turn["from"] == name:
                    messages.append({"role": role, "content": turn["value"]})
        return messages
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
