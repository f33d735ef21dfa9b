# exercise: trained_text
# misconception: decoded-one-by-one
def trained_text(trainer):
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    tokens = trainer.processing_class.convert_ids_to_tokens([label for label in labels.tolist() if label != -100])
    return "".join(tokens)
