# exercise: decide
# misconception: label-asked-first
def decide(case):
    if case["prompt_result"] != "falls short" or case["facts_missing"]:
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning"
    return "SFT" if case["examples"] >= 200 else "prompting"
