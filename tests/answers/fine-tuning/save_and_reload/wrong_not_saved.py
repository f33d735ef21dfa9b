# exercise: save_and_reload
# misconception: nothing-saved
def save_and_reload(trainer, directory, base_model):
    return trainer.model
