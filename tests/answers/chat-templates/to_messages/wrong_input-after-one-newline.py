# exercise: to_messages
# misconception: input-not-separated
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
    question = record["instruction"]
    if record.get("input", "").strip():
        question = question + "\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
