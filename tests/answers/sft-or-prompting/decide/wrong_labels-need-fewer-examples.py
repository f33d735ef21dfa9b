# exercise: decide
# misconception: threshold-misplaced
def decide(case):
    needed = {"text": 200, "label": 50}[case["output"]]
    if case["prompt_result"] != "falls short" or case["facts_missing"] or case["examples"] < needed:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
