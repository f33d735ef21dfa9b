# exercise: to_prompt_completion
# misconception: only-one-shape
# outcome: raised
def to_prompt_completion(record):
    return {
        "prompt": [{"role": "user", "content": record["question"]}],
        "completion": [{"role": "assistant", "content": record["answer"]}],
    }
