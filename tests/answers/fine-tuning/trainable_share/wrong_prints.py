# exercise: trainable_share
# misconception: nothing-returned
def trainable_share(model):
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    print(trainable / sum(parameter.numel() for parameter in model.parameters()))
