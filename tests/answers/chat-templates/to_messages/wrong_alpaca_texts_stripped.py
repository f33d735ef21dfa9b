# exercise: to_messages
# misconception: texts-changed
def to_messages(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "conversations" in record:
        return [{"role": roles[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
    parts = [record["instruction"].strip(), record.get("input", "").strip()]
    return [
        {"role": "user", "content": "\n\n".join(part for part in parts if part)},
        {"role": "assistant", "content": record["output"].strip()},
    ]
