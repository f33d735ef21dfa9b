# exercise: to_messages
# misconception: sharegpt-keys-kept
def to_messages(record):
    names = {"human": "user", "gpt": "assistant"}
    if "conversations" in record:
        return [{"from": names.get(t["from"], t["from"]), "value": t["value"]} for t in record["conversations"]]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
