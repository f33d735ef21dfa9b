def to_prompt_completion(record):
    match record:
        case {"question": question, "answer": answer}:
            turns = [("user", question), ("assistant", answer)]
        case {"turns": turns}:
            turns = [
                (turn["from"].replace("human", "user").replace("gpt", "assistant"), turn["value"]) for turn in turns
            ]
    messages = [{"role": role, "content": content} for role, content in turns]
    return {"prompt": messages[: len(messages) - 1], "completion": [messages[len(messages) - 1]]}
