# exercise: decide
# misconception: tuning-without-need
def decide(case):
    if case["prompt_result"] == "not tried":
        return "prompting"
    elif case["prompt_result"] == "good enough" and not case["facts_missing"]:
        return "prompting"
    elif case["prompt_result"] == "falls short" and case["facts_missing"]:
        return "prompting"
    elif case["examples"] < 200:
        return "prompting"
    elif case["output"] == "label":
        return "task fine-tuning"
    else:
        return "SFT"
