# exercise: save_and_reload
# misconception: folder-is-there
# outcome: raised
import os

from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    os.makedirs(directory)
    trainer.save_model(directory)
    return PeftModel.from_pretrained(base_model, directory)
