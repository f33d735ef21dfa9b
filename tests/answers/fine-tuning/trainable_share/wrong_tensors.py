# exercise: trainable_share
# misconception: tensors-counted
def trainable_share(model):
    flags = [parameter.requires_grad for parameter in model.parameters()]
    return sum(flags) / len(flags)
