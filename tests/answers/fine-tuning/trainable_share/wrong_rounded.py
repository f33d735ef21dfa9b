# exercise: trainable_share
# misconception: not-exact
def trainable_share(model):
    total = sum(p.numel() for p in model.parameters())
    return round(sum(p.numel() for p in model.parameters() if p.requires_grad) / total, 4)
