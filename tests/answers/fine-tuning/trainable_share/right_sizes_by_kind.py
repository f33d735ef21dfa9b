import math
from collections import Counter


def trainable_share(model):
    sizes = Counter()
    for parameter in model.parameters():
        sizes[parameter.requires_grad] += math.prod(parameter.shape)
    return sizes[True] / (sizes[True] + sizes[False])
