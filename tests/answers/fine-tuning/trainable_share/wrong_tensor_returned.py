# exercise: trainable_share
# misconception: no-number
import torch


def trainable_share(model):
    counts = torch.tensor([[one.numel(), one.numel() * one.requires_grad] for one in model.parameters()]).sum(0)
    return counts[1] / counts[0]
