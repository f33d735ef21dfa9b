# exercise: decide
# misconception: no-baseline
def decide(case):
    if case["prompt_result"] == "good enough":
        return "prompting"
    return "SFT"
