# exercise: merge
# misconception: another-model-merged
@torch.no_grad()
def merge(peft_model):
    config = make_lora_config()
    scale = config.lora_alpha / config.r
    for module in peft_model.modules():
        if hasattr(module, "lora_A") and hasattr(module, "base_layer"):
            for name in module.lora_A:
                module.base_layer.weight += scale * (
                    module.lora_B[name].weight @ module.lora_A[name].weight
                )
    return peft_model.unload()
