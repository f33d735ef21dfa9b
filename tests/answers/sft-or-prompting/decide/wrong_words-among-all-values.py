# exercise: decide
# misconception: case-taken-apart
def decide(case):
    if "not tried" in case.values() or "good enough" in case.values():
        return "prompting"
    if case["facts_missing"] or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if "label" in case.values() else "SFT"
