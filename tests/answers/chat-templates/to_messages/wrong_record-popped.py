# exercise: to_messages
# misconception: record-changed
def to_messages(record):
    if "conversations" in record:
        names = {"human": "user", "gpt": "assistant"}
        return [
            {"role": names.get(turn["from"], turn["from"]), "content": turn["value"]}
            for turn in record["conversations"]
        ]
    question = record.pop("instruction")
    extra = record.pop("input", "")
    if extra.strip():
        question += "\n\n" + extra
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record.pop("output")}]
