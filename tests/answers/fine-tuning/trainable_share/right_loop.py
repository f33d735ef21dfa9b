def trainable_share(model):
    moving = everything = 0
    for _, parameter in model.named_parameters():
        everything += parameter.nelement()
        if parameter.requires_grad:
            moving += parameter.nelement()
    return moving / everything
