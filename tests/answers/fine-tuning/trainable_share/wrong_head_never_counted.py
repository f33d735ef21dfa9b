# exercise: trainable_share
# misconception: share-is-another
def trainable_share(model):
    named = [
        (name, p)
        for name, p in model.named_parameters(remove_duplicate=False)
        if "lm_head" not in name
    ]
    return sum(p.numel() for _, p in named if p.requires_grad) / sum(p.numel() for _, p in named)
