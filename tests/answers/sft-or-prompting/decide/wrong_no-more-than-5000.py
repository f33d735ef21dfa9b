# exercise: decide
# misconception: threshold-misplaced
def decide(case):
    if case["prompt_result"] != "falls short" or case["facts_missing"]:
        return "prompting"
    if case["examples"] not in range(200, 5001):
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
