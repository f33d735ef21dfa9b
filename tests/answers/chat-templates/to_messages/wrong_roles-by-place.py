# exercise: to_messages
# misconception: speakers-mixed-up
def to_messages(record):
    if "conversations" in record:
        roles = ["system", "user", "assistant"]
        return [{"role": roles[i % 3], "content": t["value"]} for i, t in enumerate(record["conversations"])]
    text = record["instruction"]
    if record.get("input", "").strip():
        text += "\n\n" + record["input"]
    return [{"role": "user", "content": text}, {"role": "assistant", "content": record["output"]}]
