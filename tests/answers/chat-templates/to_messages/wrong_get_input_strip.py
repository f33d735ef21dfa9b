# exercise: to_messages
# misconception: blank-input-kept
# outcome: raised
def to_messages(record):
    if "conversations" in record:
        role_map = {"human": "user", "gpt": "assistant", "system": "system"}
        return [{"role": role_map[t["from"]], "content": t["value"]} for t in record["conversations"]]
    q = record["instruction"]
    if record.get("input").strip():
        q += "\n\n" + record["input"]
    return [{"role": "user", "content": q}, {"role": "assistant", "content": record["output"]}]
