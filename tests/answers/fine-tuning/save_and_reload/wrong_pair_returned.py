# exercise: save_and_reload
# misconception: no-peft-model
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return PeftModel.from_pretrained(base_model, directory), directory
