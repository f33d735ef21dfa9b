# exercise: decide
# misconception: format-decides
def decide(case):
    if case["strict_format"]:
        return "SFT"
    if case["prompt_result"] == "not tried":
        return "prompting"
    if case["prompt_result"] == "good enough":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 200:
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning"
    return "SFT"
