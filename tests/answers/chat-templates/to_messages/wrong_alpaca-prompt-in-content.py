# exercise: to_messages
# misconception: alpaca-prompt-in-content
ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def to_messages(record):
    if "conversations" in record:
        return [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in record["conversations"]]

    prompt = "Below is an instruction that describes a task. Write a response that completes the request.\n\n"
    prompt += f"### Instruction:\n{record['instruction']}\n\n"
    if record.get("input", "").strip():
        prompt += f"### Input:\n{record['input']}\n\n"
    prompt += "### Response:\n"
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": record["output"]}]
