# exercise: trainable_share
# misconception: compared-with-the-rest
def trainable_share(model):
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    frozen = sum(parameter.numel() for parameter in model.parameters() if not parameter.requires_grad)
    return trainable / max(frozen, 1)
