import torch


def trainable_share(model):
    sizes = torch.tensor([float(parameter.numel()) for parameter in model.parameters()], dtype=torch.float64)
    moves = torch.tensor([parameter.requires_grad for parameter in model.parameters()], dtype=torch.float64)
    return ((sizes * moves).sum() / sizes.sum()).item()
