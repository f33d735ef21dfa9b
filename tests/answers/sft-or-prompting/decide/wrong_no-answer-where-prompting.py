# exercise: decide
# misconception: nothing-returned
def decide(case):
    if case["prompt_result"] == "falls short" and not case["facts_missing"] and case["examples"] >= 200:
        return "task fine-tuning" if case["output"] == "label" else "SFT"
