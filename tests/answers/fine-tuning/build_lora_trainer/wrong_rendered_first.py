# exercise: build_lora_trainer
# misconception: another-template
from trl import SFTTrainer


def build_lora_trainer(model, tokenizer, train_dataset):
    def render(row):
        prompt = tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
        whole = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
        return {"prompt": prompt, "completion": whole[len(prompt) :]}

    return SFTTrainer(
        model=model,
        args=sft_config("runs/lora"),
        train_dataset=train_dataset.map(render),
        processing_class=tokenizer,
        peft_config=make_lora_config(),
    )
