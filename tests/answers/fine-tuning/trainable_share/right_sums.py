def trainable_share(model):
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return trainable / sum(parameter.numel() for parameter in model.parameters())
