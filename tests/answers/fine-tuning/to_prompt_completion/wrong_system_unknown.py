# exercise: to_prompt_completion
# misconception: system-unknown
def to_prompt_completion(record):
    roles = {"human": "user", "gpt": "assistant"}
    if "turns" in record:
        messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in record["turns"]]
    else:
        messages = [
            {"role": "user", "content": record["question"]},
            {"role": "assistant", "content": record["answer"]},
        ]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
