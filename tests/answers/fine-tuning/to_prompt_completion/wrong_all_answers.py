# exercise: to_prompt_completion
# misconception: completion-too-long
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "turns" in record:
        messages = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in record["turns"]]
    else:
        messages = [
            {"role": "user", "content": record["question"]},
            {"role": "assistant", "content": record["answer"]},
        ]
    first = next(n for n, message in enumerate(messages) if message["role"] == "assistant")
    return {"prompt": messages[:first], "completion": messages[first:]}
