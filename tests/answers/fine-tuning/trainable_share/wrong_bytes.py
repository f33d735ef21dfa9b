# exercise: trainable_share
# misconception: bytes-counted
def trainable_share(model):
    moving = sum(parameter.nbytes for parameter in model.parameters() if parameter.requires_grad)
    return moving / sum(parameter.nbytes for parameter in model.parameters())
