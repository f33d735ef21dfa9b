# exercise: to_prompt_completion
# misconception: texts-changed
def to_prompt_completion(record):
    if "question" in record:
        said = [("user", record["question"].strip()), ("assistant", record["answer"].strip())]
    else:
        roles = {"human": "user", "gpt": "assistant"}
        said = [(roles.get(turn["from"], turn["from"]), turn["value"]) for turn in record["turns"]]
    *prompt, completion = [{"role": role, "content": content} for role, content in said]
    return {"prompt": prompt, "completion": [completion]}
