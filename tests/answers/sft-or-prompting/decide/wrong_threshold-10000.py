# exercise: decide
# misconception: threshold-misplaced
def decide(case):
    if case["prompt_result"] == "not tried" or case["prompt_result"] == "good enough":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 10000:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
