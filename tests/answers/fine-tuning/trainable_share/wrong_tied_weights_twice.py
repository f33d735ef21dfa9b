# exercise: trainable_share
# misconception: tied-weights-twice
def trainable_share(model):
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return trainable / sum(tensor.numel() for tensor in model.state_dict().values())
