# exercise: build_trainer
# misconception: end-not-trained
from trl import SFTTrainer


def build_trainer(model, tokenizer, train_dataset):
    """Tokenised by hand; the end of the turn is taken for padding, and left out of the labels."""

    def encode(row):
        prompt = tokenizer.apply_chat_template(row["prompt"], add_generation_prompt=True, return_dict=False)
        whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], return_dict=False)
        labels = [-100] * len(prompt) + whole[len(prompt) :]
        return {"input_ids": whole, "labels": [-100 if one == tokenizer.eos_token_id else one for one in labels]}

    rows = train_dataset.map(encode, remove_columns=train_dataset.column_names)
    return SFTTrainer(model=model, args=make_sft_config("runs"), train_dataset=rows, processing_class=tokenizer)
