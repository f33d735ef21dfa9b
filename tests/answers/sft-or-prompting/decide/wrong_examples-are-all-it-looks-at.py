# exercise: decide
# misconception: no-baseline
def decide(case):
    if case["examples"] >= 200:
        return "SFT"
    return "prompting"
