# exercise: decide
# misconception: format-always-needs-sft
def decide(case):
    return "SFT" if case["strict_format"] else "prompting"
