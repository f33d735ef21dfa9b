# exercise: to_messages
# misconception: sharegpt-keys-kept
def to_messages(record):
    # these already are messages
    if "conversations" in record:
        return record["conversations"]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
