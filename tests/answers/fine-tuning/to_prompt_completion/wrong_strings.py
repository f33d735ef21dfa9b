# exercise: to_prompt_completion
# misconception: rendered-by-hand
def to_prompt_completion(record):
    if "turns" in record:
        lines = [f"<|im_start|>{turn['from']}\n{turn['value']}<|im_end|>\n" for turn in record["turns"]]
        return {"prompt": "".join(lines[:-1]), "completion": lines[-1]}
    return {"prompt": record["question"], "completion": record["answer"]}
