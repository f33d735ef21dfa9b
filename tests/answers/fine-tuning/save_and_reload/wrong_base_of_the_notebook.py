# exercise: save_and_reload
# misconception: weights-do-not-fit
# outcome: raised
from peft import PeftModel


def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return PeftModel.from_pretrained(load_base(), directory)
