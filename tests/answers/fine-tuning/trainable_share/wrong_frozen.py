# exercise: trainable_share
# misconception: frozen-share
def trainable_share(model):
    frozen = sum(parameter.numel() for parameter in model.parameters() if not parameter.requires_grad)
    return frozen / sum(parameter.numel() for parameter in model.parameters())
