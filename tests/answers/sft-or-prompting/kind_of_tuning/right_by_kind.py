TASK = ["class-number", "new-layer", "score-per-label", "highest-score", "one-more-label", "two-outputs"]
SFT = ["written-answer", "conversation", "next-token", "generates", "follows-instructions", "many-requests"]

kind_of_tuning = {}
for name in TASK:
    kind_of_tuning[name] = "task fine-tuning"
for name in SFT:
    kind_of_tuning[name] = "SFT"
