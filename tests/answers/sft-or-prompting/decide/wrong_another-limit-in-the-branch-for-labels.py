# exercise: decide
# misconception: threshold-misplaced
def decide(case):
    if case["prompt_result"] != "falls short" or case["facts_missing"]:
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning" if case["examples"] > 200 else "prompting"
    return "SFT" if case["examples"] >= 200 else "prompting"
