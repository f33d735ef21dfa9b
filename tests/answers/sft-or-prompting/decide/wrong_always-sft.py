# exercise: decide
# misconception: one-answer-for-all
def decide(case):
    return "SFT"
