# exercise: merge
# misconception: head-taken-off
def merge(peft_model):
    return peft_model.merge_and_unload().model
