# exercise: merge
# misconception: merged-twice
# outcome: raised
def merge(peft_model):
    return peft_model.merge()
