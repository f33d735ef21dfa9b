def to_prompt_completion(record):
    """Collect everything, then take the last one off."""
    prompt = []
    for turn in record.get("turns", []):
        if turn["from"] == "human":
            role = "user"
        elif turn["from"] == "gpt":
            role = "assistant"
        else:
            role = turn["from"]
        prompt.append(dict(role=role, content=turn["value"]))
    if "question" in record:
        prompt.append(dict(role="user", content=record["question"]))
        prompt.append(dict(role="assistant", content=record["answer"]))
    completion = [prompt.pop()]
    return dict(prompt=prompt, completion=completion)
