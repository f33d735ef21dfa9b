# exercise: to_messages
# misconception: texts-changed
def to_messages(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "conversations" in record:
        return [{"role": roles[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
    question = f"{record['instruction']}\n\n{record.get('input', '')}".strip()
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
