# exercise: trainable_share
# misconception: percent
def trainable_share(model):
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return 100 * trainable / sum(parameter.numel() for parameter in model.parameters())
