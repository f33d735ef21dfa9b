# exercise: build_trainer
# misconception: another-template
def build_trainer(model, tokenizer, train_dataset):
    tokenizer.chat_template = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    return SFTTrainer(model=model, args=make_sft_config("runs/sft"), train_dataset=train_dataset, processing_class=tokenizer)
