# exercise: decide
# misconception: lora-decides
def decide(case):
    score = (
        2 * (case["prompt_result"] == "falls short") + 2 * (not case["facts_missing"]) + 2 * (case["examples"] >= 200)
    )
    score += 0.5 * case["strict_format"] + 0.5 * case["lora"]
    if score < 5:
        return "prompting"
    return "task fine-tuning" if case["output"] == "label" else "SFT"
