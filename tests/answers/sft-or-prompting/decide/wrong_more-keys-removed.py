# exercise: decide
# misconception: case-changed
KEYS = ("prompt_result", "facts_missing", "examples", "output", "strict_format", "lora")


def decide(case):
    for key in list(case):
        if key not in KEYS:
            del case[key]
    if case["prompt_result"] != "falls short" or case["facts_missing"] or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
