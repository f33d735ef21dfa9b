def render_for_training(tokenizer, messages):
    options = dict(add_generation_prompt=False, continue_final_message=False, tokenize=False)
    return tokenizer.apply_chat_template(conversation=list(messages), chat_template=tokenizer.chat_template, **options)
