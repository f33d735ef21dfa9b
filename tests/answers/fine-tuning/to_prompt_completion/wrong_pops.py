# exercise: to_prompt_completion
# misconception: arguments-changed
def to_prompt_completion(record):
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    if "turns" in record:
        last = record["turns"].pop()
        prompt = [{"role": roles[turn["from"]], "content": turn["value"]} for turn in record["turns"]]
        return {"prompt": prompt, "completion": [{"role": "assistant", "content": last["value"]}]}
    question, answer = record.pop("question"), record.pop("answer")
    return {
        "prompt": [{"role": "user", "content": question}],
        "completion": [{"role": "assistant", "content": answer}],
    }
