# exercise: trained_text
# misconception: loader-taken-for-batch
# outcome: raised
def trained_text(trainer):
    labels = next(trainer.get_train_dataloader())["labels"][0]
    return trainer.processing_class.decode(labels[labels != -100])
