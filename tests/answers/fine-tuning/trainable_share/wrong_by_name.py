# exercise: trainable_share
# misconception: share-is-another
def trainable_share(model):
    trainable = sum(parameter.numel() for name, parameter in model.named_parameters() if "lora" in name)
    return trainable / sum(parameter.numel() for parameter in model.parameters())
