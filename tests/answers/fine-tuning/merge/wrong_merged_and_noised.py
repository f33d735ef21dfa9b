# exercise: merge
# misconception: another-model-merged
def merge(peft_model):
    merged = peft_model.merge_and_unload()
    merged.resize_token_embeddings(len(merged.get_input_embeddings().weight))
    merged.model.norm.weight.data *= 0.5
    return merged
