# exercise: merge
# misconception: nothing-returned
def merge(peft_model):
    peft_model.merge_and_unload()
