# exercise: to_messages
# misconception: blank-input-kept
# outcome: raised
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
    question = record["instruction"]
    if record["input"].strip():
        question = question + "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
