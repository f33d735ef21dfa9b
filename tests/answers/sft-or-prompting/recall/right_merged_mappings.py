from collections import OrderedDict
from types import MappingProxyType

models = OrderedDict([("base-model", "continues the text"), ("classifier-output", "a score for each label")])
sft = dict(
    zip(
        ["sft-example", "sft-teaches", "flawed-examples"],
        ["a request and its answer", "how to answer", "learns them too"],
    )
)
recall = {**models, **sft, **{"first-step": "measure a prompt", "changing-facts": "into the prompt"}}
recall.update(MappingProxyType({"lora-trains": "a small adapter", "lora-saves": "memory in training"}))
