# exercise: to_messages
# misconception: record-changed
def to_messages(record):
    if "conversations" in record:
        role_map = {"human": "user", "gpt": "assistant", "system": "system"}
        return [{"role": role_map[t["from"]], "content": t["value"]} for t in record["conversations"]]
    record.setdefault("input", "")
    q = record["instruction"]
    if record["input"].strip():
        q = q + "\n\n" + record["input"]
    return [{"role": "user", "content": q}, {"role": "assistant", "content": record["output"]}]
