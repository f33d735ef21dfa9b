# exercise: to_prompt_completion
# misconception: messages-added
def to_prompt_completion(record, prompt=[]):
    if "question" in record:
        turns = [{"from": "human", "value": record["question"]}, {"from": "gpt", "value": record["answer"]}]
    else:
        turns = record["turns"]
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    for turn in turns[:-1]:
        prompt.append({"role": roles[turn["from"]], "content": turn["value"]})
    return {"prompt": prompt, "completion": [{"role": "assistant", "content": turns[-1]["value"]}]}
