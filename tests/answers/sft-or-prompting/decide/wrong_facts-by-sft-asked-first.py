# exercise: decide
# misconception: sft-to-add-facts
def decide(case):
    if case["facts_missing"]:
        return "SFT"
    if case["prompt_result"] != "falls short" or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
