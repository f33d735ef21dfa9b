# exercise: to_messages
# misconception: message-added
def to_messages(record):
    if "conversations" in record:
        role_map = {"human": "user", "gpt": "assistant", "system": "system"}
        return [{"role": role_map[t["from"]], "content": t["value"]} for t in record["conversations"]]
    q = record["instruction"]
    if record.get("input", "").strip():
        q += "\n\n" + record["input"]
    return [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": q},
        {"role": "assistant", "content": record["output"]},
    ]
