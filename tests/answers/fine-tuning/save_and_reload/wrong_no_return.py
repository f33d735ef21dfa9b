# exercise: save_and_reload
# misconception: nothing-returned
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    PeftModel.from_pretrained(base_model, directory)
