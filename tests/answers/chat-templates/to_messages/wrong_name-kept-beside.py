# exercise: to_messages
# misconception: more-than-a-message
def to_messages(record):
    if "conversations" in record:
        roles = {"system": "system", "human": "user", "gpt": "assistant"}
        return [{"role": roles[t["from"]], "content": t["value"], "name": t["from"]} for t in record["conversations"]]
    text = record["instruction"]
    if record.get("input", "").strip():
        text += "\n\n" + record["input"]
    return [{"role": "user", "content": text}, {"role": "assistant", "content": record["output"]}]
