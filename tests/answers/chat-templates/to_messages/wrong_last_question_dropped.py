# exercise: to_messages
# misconception: turns-lost
def to_messages(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "conversations" in record:
        messages = [{"role": roles[t["from"]], "content": t["value"]} for t in record["conversations"]]
        while messages and messages[-1]["role"] == "user":
            messages.pop()
        return messages
    content = record["instruction"]
    if record.get("input", "").strip():
        content += "\n\n" + record["input"]
    return [{"role": "user", "content": content}, {"role": "assistant", "content": record["output"]}]
