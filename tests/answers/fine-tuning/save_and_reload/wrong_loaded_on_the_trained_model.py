# exercise: save_and_reload
# misconception: the-old-model
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return PeftModel.from_pretrained(trainer.model, directory)
