# exercise: to_prompt_completion
# misconception: texts-changed
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    turns = record.get("turns") or [
        {"from": "human", "value": record["question"]},
        {"from": "gpt", "value": record["answer"]},
    ]
    messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in turns]
    messages[-1]["content"] += "<|im_end|>"
    return {"prompt": messages[:-1], "completion": messages[-1:]}
