# exercise: save_and_reload
# misconception: base-first-folder-second
# outcome: raised
def save_and_reload(trainer, directory, base_model):
    trainer.save_model(directory)
    trainer.model.load_adapter(directory)
    return trainer.model
