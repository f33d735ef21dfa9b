def to_messages(record):
    messages = []
    for turn in record.get("conversations", []):
        match turn["from"]:
            case "human":
                role = "user"
            case "gpt":
                role = "assistant"
            case other:
                role = other
        messages.append(dict(role=role, content=turn["value"]))
    if not messages:
        parts = [record["instruction"], record.get("input") or ""]
        messages.append(dict(role="user", content="\n\n".join(part for part in parts if part.strip())))
        messages.append(dict(role="assistant", content=record["output"]))
    return messages
