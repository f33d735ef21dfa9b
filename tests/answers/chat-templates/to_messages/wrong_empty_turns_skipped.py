# exercise: to_messages
# misconception: turns-lost
def to_messages(record):
    if "conversations" in record:
        roles = {"system": "system", "human": "user", "gpt": "assistant"}
        return [{"role": roles[t["from"]], "content": t["value"]} for t in record["conversations"] if t["value"]]
    user = record["instruction"]
    if record.get("input", "").strip():
        user += "\n\n" + record["input"]
    return [{"role": "user", "content": user}, {"role": "assistant", "content": record["output"]}]
