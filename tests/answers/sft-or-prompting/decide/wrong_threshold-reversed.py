# exercise: decide
# misconception: no-data
def decide(case):
    if case["prompt_result"] != "falls short":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] >= 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
