# exercise: to_prompt_completion
# misconception: texts-changed
import json


def to_prompt_completion(record):
    if "turns" not in record:
        record = {
            "turns": [
                {"from": "human", "value": record["question"]},
                {"from": "gpt", "value": record["answer"]},
            ]
        }
    text = json.dumps(record["turns"])
    for old, new in (("from", "role"), ("value", "content"), ("human", "user"), ("gpt", "assistant")):
        text = text.replace(old, new)
    *prompt, completion = json.loads(text)
    return {"prompt": prompt, "completion": [completion]}
