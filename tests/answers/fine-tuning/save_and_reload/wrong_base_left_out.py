# exercise: save_and_reload
# misconception: base-first-folder-second
# outcome: raised
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return PeftModel.from_pretrained(directory)
