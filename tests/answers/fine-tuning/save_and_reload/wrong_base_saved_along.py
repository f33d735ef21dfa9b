# exercise: save_and_reload
# misconception: whole-model-saved
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    base_model.save_pretrained(directory)
    trainer.model.save_pretrained(directory)
    return PeftModel.from_pretrained(base_model, directory)
