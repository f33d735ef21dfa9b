# exercise: decide
# misconception: no-baseline
def decide(case):
    return {"label": "task fine-tuning", "text": "SFT"}[case["output"]]
