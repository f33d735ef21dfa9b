# exercise: decide
# misconception: case-changed
def decide(case):
    if case["prompt_result"] != "falls short":
        return "prompting"
    if case["facts_missing"]:
        case["facts_missing"] = False  # looked up, and in the prompt now
        return "prompting"
    if case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
