# exercise: decide
# misconception: lora-decides
def decide(case):
    if not case["lora"]:
        return "prompting"
    if case["prompt_result"] != "falls short" or case["facts_missing"] or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
