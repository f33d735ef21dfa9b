# exercise: to_messages
# misconception: texts-changed
import json


def to_messages(record):
    if "conversations" in record:
        text = json.dumps(record["conversations"])
        for old, new in {"from": "role", "value": "content", "human": "user", "gpt": "assistant"}.items():
            text = text.replace(f'"{old}"', f'"{new}"')
        return json.loads(text)
    content = record["instruction"]
    if record.get("input", "").strip():
        content += "\n\n" + record["input"]
    return [{"role": "user", "content": content}, {"role": "assistant", "content": record["output"]}]
