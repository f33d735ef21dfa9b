# exercise: decide
# misconception: lora-decides
def decide(case):
    if case["prompt_result"] != "falls short" or case["facts_missing"]:
        return "prompting"
    if case["lora"] and case["strict_format"]:
        return "SFT"
    if case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
