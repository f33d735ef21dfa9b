# exercise: decide
# misconception: label-asked-first
def decide(case):
    if case["prompt_result"] != "falls short":
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 200:
        return "prompting"
    return "SFT"
