# exercise: to_prompt_completion
# misconception: turns-lost
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_prompt_completion(record):
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    messages = [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in turns]
    if messages[0]["role"] == "system":
        messages = messages[:1] + messages[-2:]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
