# exercise: trained_text
# misconception: end-hidden
import torch


def trained_text(trainer):
    tokenizer = trainer.processing_class
    labels = next(iter(trainer.get_train_dataloader()))["labels"][0]
    labels = torch.where(labels == -100, tokenizer.pad_token_id, labels)
    return tokenizer.decode([one for one in labels.tolist() if one != tokenizer.pad_token_id])
