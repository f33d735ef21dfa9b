# exercise: to_prompt_completion
# misconception: sharegpt-keys-kept
def to_prompt_completion(record):
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    return {"prompt": turns[:-1], "completion": turns[-1:]}
