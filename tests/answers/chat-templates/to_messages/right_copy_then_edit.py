import copy


def to_messages(record):
    record = copy.deepcopy(record)
    if "instruction" in record:
        extra = record.pop("input", None)
        if extra and not extra.isspace():
            record["instruction"] = record["instruction"] + "\n\n" + extra
        return [
            {"role": "user", "content": record.pop("instruction")},
            {"role": "assistant", "content": record.pop("output")},
        ]
    for turn in record["conversations"]:
        turn["role"] = turn.pop("from").replace("human", "user").replace("gpt", "assistant")
        turn["content"] = turn.pop("value")
    return record["conversations"]
