# exercise: merge
# misconception: adapter-thrown-away
def merge(peft_model):
    return peft_model.unload()
