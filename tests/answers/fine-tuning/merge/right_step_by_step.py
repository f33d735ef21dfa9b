def merge(peft_model):
    peft_model.merge_adapter()
    return peft_model.unload()
