def as_turns(record):
    if "turns" in record:
        return record["turns"]
    return [{"from": "human", "value": record["question"]}, {"from": "gpt", "value": record["answer"]}]


def to_prompt_completion(record):
    *before, last = as_turns(record)

    def message(turn):
        return {"role": {"human": "user", "gpt": "assistant"}.get(turn["from"], "system"), "content": turn["value"]}

    return {"completion": [message(last)], "prompt": list(map(message, before))}
