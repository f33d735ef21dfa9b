# exercise: to_messages
# misconception: message-added
def to_messages(record):
    if "conversations" in record:
        role_map = {"human": "user", "gpt": "assistant", "system": "system"}
        msgs = [{"role": role_map[t["from"]], "content": t["value"]} for t in record["conversations"]]
        if msgs[0]["role"] != "system":
            msgs.insert(0, {"role": "system", "content": "You are a helpful assistant."})
        return msgs
    q = record["instruction"]
    if record.get("input", "").strip():
        q += "\n\n" + record["input"]
    return [{"role": "user", "content": q}, {"role": "assistant", "content": record["output"]}]
