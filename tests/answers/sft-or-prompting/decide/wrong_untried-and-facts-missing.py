# exercise: decide
# misconception: no-baseline
def decide(case):
    if case["facts_missing"] and case["prompt_result"] == "not tried" and case["examples"] >= 200:
        return "SFT"
    if case["prompt_result"] != "falls short" or case["facts_missing"] or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
