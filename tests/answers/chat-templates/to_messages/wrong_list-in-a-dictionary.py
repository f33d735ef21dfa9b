# exercise: to_messages
# misconception: not-a-list
def to_messages(record):
    if "conversations" in record:
        roles = {"system": "system", "human": "user", "gpt": "assistant"}
        return {"messages": [{"role": roles[t["from"]], "content": t["value"]} for t in record["conversations"]]}
    text = record["instruction"]
    if record.get("input", "").strip():
        text += "\n\n" + record["input"]
    return {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": record["output"]}]}
