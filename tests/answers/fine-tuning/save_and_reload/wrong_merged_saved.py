# exercise: save_and_reload
# misconception: whole-model-saved
from transformers import AutoModelForCausalLM


def save_and_reload(trainer, directory, base_model):
    trainer.model.merge_and_unload().save_pretrained(directory)
    return AutoModelForCausalLM.from_pretrained(directory)
