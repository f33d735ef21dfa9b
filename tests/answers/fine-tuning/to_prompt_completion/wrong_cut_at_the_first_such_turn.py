# exercise: to_prompt_completion
# misconception: turns-lost
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    cut = messages.index(messages[-1])
    return {"prompt": messages[:cut], "completion": [messages[cut]]}
