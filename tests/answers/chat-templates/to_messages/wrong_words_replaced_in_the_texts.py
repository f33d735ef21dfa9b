# exercise: to_messages
# misconception: texts-changed
import json


def to_messages(record):
    if "conversations" in record:
        text = json.dumps(record["conversations"])
        for old, new in (("human", "user"), ("gpt", "assistant"), ("from", "role"), ("value", "content")):
            text = text.replace(old, new)
        return json.loads(text)
    question = record["instruction"]
    if (record.get("input") or "").strip():
        question += "\n\n" + record["input"]
    return [{"role": "user", "content": question}, {"role": "assistant", "content": record["output"]}]
