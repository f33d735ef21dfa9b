# exercise: to_prompt_completion
# misconception: values-by-position
def to_prompt_completion(record):
    if "question" in record:
        question, answer = record.values()
        turns = [("human", question), ("gpt", answer)]
    else:
        turns = [turn.values() for turn in record["turns"]]
    roles = {"system": "system", "human": "user", "gpt": "assistant"}
    messages = [{"role": roles[speaker], "content": text} for speaker, text in turns]
    return {"prompt": messages[:-1], "completion": messages[-1:]}
