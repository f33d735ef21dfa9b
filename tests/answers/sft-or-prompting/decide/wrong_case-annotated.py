# exercise: decide
# misconception: case-changed
def decide(case):
    blocked = case["prompt_result"] != "falls short" or case["facts_missing"] or case["examples"] < 200
    case["decision"] = "prompting" if blocked else "task fine-tuning" if case["output"] == "label" else "SFT"
    return case["decision"]
