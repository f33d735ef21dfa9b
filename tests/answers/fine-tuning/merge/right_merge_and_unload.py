def merge(peft_model):
    return peft_model.merge_and_unload()
