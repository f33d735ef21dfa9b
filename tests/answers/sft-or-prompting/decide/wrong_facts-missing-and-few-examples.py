# exercise: decide
# misconception: sft-to-add-facts
def decide(case):
    if case["prompt_result"] != "falls short":
        return "prompting"
    if case["facts_missing"] and case["examples"] >= 200:
        return "prompting"
    if case["examples"] < 200 and not case["facts_missing"]:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
