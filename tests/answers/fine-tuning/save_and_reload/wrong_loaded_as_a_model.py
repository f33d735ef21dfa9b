# exercise: save_and_reload
# misconception: adapter-loaded-as-a-model
# outcome: raised
from transformers import AutoModelForCausalLM


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return AutoModelForCausalLM.from_pretrained(directory)
