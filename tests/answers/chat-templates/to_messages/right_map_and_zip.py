def to_messages(record):
    if record.keys() >= {"instruction", "output"}:
        lines = [record["instruction"]]
        material = record["input"] if "input" in record else None
        if material is not None and len(material.split()) > 0:
            lines += ["", material]
        roles, contents = ("user", "assistant"), ("\n".join(lines), record["output"])
    else:
        names = dict(zip(["human", "gpt", "system"], ["user", "assistant", "system"]))
        roles = map(lambda turn: names[turn["from"]], record["conversations"])
        contents = map(lambda turn: turn["value"], record["conversations"])
    return [dict(zip(("role", "content"), pair)) for pair in zip(roles, contents)]
