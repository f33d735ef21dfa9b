# exercise: decide
# misconception: format-decides
def decide(case):
    return "SFT" if case["strict_format"] else "prompting"
