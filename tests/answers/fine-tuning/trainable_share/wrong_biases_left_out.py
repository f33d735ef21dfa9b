# exercise: trainable_share
# misconception: share-is-another
def trainable_share(model):
    weights = [one for name, one in model.named_parameters() if name.endswith("weight")]
    return sum(one.numel() for one in weights if one.requires_grad) / sum(one.numel() for one in weights)
