# exercise: decide
# misconception: lora-decides
def decide(case):
    if case["prompt_result"] == "not tried":
        return "prompting"
    if case["prompt_result"] == "good enough":
        return "prompting"
    if case["facts_missing"]:
        return "prompting"
    if case["examples"] < 200 and not case["lora"]:
        return "prompting"
    if case["output"] == "label":
        return "task fine-tuning"
    return "SFT"
