# exercise: to_prompt_completion
# misconception: messages-added
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    if messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": "You are a helpful assistant."})
    return {"prompt": messages[:-1], "completion": messages[-1:]}
