# exercise: decide
# misconception: lora-decides
def decide(case):
    enough = case["examples"] > 200 if case["lora"] else case["examples"] >= 200
    if case["prompt_result"] != "falls short" or case["facts_missing"] or not enough:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
