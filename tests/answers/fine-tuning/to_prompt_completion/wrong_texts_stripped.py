# exercise: to_prompt_completion
# misconception: texts-changed
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_prompt_completion(record):
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    messages = [{"role": ROLES[turn["from"]], "content": turn["value"].strip()} for turn in turns]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
