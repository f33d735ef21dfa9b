# exercise: decide
# misconception: case-changed
def decide(case):
    if case.pop("prompt_result") != "falls short" or case.pop("facts_missing") or case.pop("examples") < 200:
        return "prompting"
    return {"label": "task fine-tuning", "text": "SFT"}[case.pop("output")]
