# exercise: to_prompt_completion
# misconception: answer-in-the-prompt
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    turns = record.get("turns") or [{"from": "human", "value": record["question"]}, {"from": "gpt", "value": record["answer"]}]
    msgs = [{"role": roles[t["from"]], "content": t["value"]} for t in turns]
    return {"prompt": msgs, "completion": msgs[-1:]}
