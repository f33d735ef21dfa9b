# exercise: to_messages
# misconception: nothing-returned
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        messages = [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]
        print(messages)
    else:
        question = record["instruction"]
        if record.get("input", "").strip():
            question = question + "\n\n" + record["input"]
        print([{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}])
