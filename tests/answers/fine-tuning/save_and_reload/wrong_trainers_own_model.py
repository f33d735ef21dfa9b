# exercise: save_and_reload
# misconception: the-old-model
def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    return trainer.model
