# exercise: decide
# misconception: one-answer-for-all
def decide(case):
    choices = ["prompting", "SFT", "task fine-tuning"]
    return choices[0]
