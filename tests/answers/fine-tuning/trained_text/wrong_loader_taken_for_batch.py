# exercise: trained_text
# misconception: loader-taken-for-batch
# outcome: raised
def trained_text(trainer):
    labels = trainer.get_train_dataloader()[0]["labels"][0]
    return trainer.processing_class.decode(labels[labels != -100])
