# exercise: to_prompt_completion
# misconception: sharegpt-roles-kept
def to_prompt_completion(record):
    if "turns" in record:
        messages = [{"role": turn["from"], "content": turn["value"]} for turn in record["turns"]]
    else:
        messages = [
            {"role": "human", "content": record["question"]},
            {"role": "gpt", "content": record["answer"]},
        ]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
