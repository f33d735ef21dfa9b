# exercise: trainable_share
# misconception: known-by-name
from peft import PeftModel


def trainable_share(model):
    if isinstance(model, PeftModel):
        moving = sum(one.numel() for name, one in model.named_parameters() if "lora_" in name)
    else:
        moving = sum(one.numel() for one in model.parameters() if one.requires_grad)
    return moving / sum(one.numel() for one in model.parameters())
