# exercise: merge
# misconception: still-an-adapter
def merge(peft_model):
    return peft_model.base_model.model
