# exercise: decide
# misconception: lora-makes-it-free
def decide(case):
    if case.get("lora"):
        return "SFT"
    return "prompting"
