# exercise: to_prompt_completion
# misconception: sharegpt-keys-kept
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    turns = record.get("turns") or [{"from": "human", "value": record["question"]}, {"from": "gpt", "value": record["answer"]}]
    m = [{roles[t["from"]]: t["value"]} for t in turns]
    return {"prompt": m[:-1], "completion": m[-1:]}
