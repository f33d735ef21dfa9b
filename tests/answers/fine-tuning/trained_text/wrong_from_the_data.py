# exercise: trained_text
# misconception: another-row
def trained_text(trainer):
    row, tokenizer = trainer.train_dataset[0], trainer.processing_class
    opening = tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
    return tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)[len(opening) :]
