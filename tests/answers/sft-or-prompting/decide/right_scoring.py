def decide(case):
    scores = {"prompting": 0.5, "SFT": 0.0, "task fine-tuning": 0.0}
    scores["task fine-tuning" if case["output"] == "label" else "SFT"] += 1
    scores["prompting"] += 9 * (case["prompt_result"] in ("not tried", "good enough"))
    scores["prompting"] += 9 * case["facts_missing"]
    scores["prompting"] += 9 * (case["examples"] // 200 == 0)
    return max(scores, key=scores.get)
