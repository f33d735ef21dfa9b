# exercise: encode_for_generation
# misconception: arguments-changed
def encode_for_generation(tokenizer, messages):
    from tokenizers.processors import TemplateProcessing
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single="$A")
    encoded = tokenizer(text, return_tensors="pt")
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}
