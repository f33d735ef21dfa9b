# exercise: save_and_reload
# misconception: no-peft-model
def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return base_model
