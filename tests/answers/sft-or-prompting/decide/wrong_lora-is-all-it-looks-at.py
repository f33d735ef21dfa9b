# exercise: decide
# misconception: lora-decides
def decide(case):
    if case.get("lora"):
        return "SFT"
    return "prompting"
