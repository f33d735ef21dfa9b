# exercise: to_messages
# misconception: only-one-format
# outcome: raised
def to_messages(record):
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
