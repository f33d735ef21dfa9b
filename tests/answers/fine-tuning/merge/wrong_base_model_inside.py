# exercise: merge
# misconception: still-an-adapter
def merge(peft_model):
    peft_model.merge_and_unload()
    return peft_model.base_model
