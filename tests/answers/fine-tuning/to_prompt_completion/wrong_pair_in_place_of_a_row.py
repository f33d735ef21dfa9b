# exercise: to_prompt_completion
# misconception: not-a-row
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "turns" in record:
        messages = [{"role": roles[t["from"]], "content": t["value"]} for t in record["turns"]]
    else:
        messages = [
            {"role": "user", "content": record["question"]},
            {"role": "assistant", "content": record["answer"]},
        ]
    return messages[:-1], messages[-1:]
