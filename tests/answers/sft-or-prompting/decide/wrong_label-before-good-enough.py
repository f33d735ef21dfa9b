# exercise: decide
# misconception: label-asked-first
def decide(case):
    if case["prompt_result"] == "not tried":
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning"
    if case["prompt_result"] == "good enough":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 200:
        return "prompting"
    return "SFT"
