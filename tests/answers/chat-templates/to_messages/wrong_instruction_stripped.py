# exercise: to_messages
# misconception: texts-changed
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
    text = f"{record['instruction']}\n\n{record.get('input', '')}"
    if not record.get("input", "").strip():
        text = text.strip()
    return [{"role": "user", "content": text}, {"role": "assistant", "content": record["output"]}]
