# exercise: decide
# misconception: no-baseline
def decide(case):
    if case["prompt_result"] in ("falls short", "good enough"):
        return "prompting"
    if case["facts_missing"] or case["examples"] < 200:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
