# exercise: decide
# misconception: nothing-returned
def decide(case):
    ready = case["prompt_result"] == "falls short" and not case["facts_missing"] and case["examples"] >= 200
    if not ready:
        print("prompting")
    elif case["output"] == "label":
        print("task fine-tuning")
    else:
        print("SFT")
