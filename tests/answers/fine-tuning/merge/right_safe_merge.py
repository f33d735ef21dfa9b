def merge(peft_model):
    merged = peft_model.base_model.merge_and_unload(safe_merge=True, progressbar=False)
    merged.eval()
    return merged
