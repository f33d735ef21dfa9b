import copy


def merge(peft_model):
    """The base, with what each adapter adds put on top of its layer's weight."""
    deltas = {
        name.removeprefix("base_model.model."): layer.get_delta_weight("default")
        for name, layer in peft_model.named_modules()
        if hasattr(layer, "get_delta_weight") and hasattr(layer, "base_layer")
    }
    plain = copy.deepcopy(peft_model).unload()
    for name, delta in deltas.items():
        plain.get_submodule(name).weight.data += delta.data
    return plain
