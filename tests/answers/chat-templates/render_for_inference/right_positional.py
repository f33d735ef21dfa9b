def render_for_inference(tokenizer, messages):
    # conversation, tools, documents, chat_template, add_generation_prompt, continue_final_message, tokenize
    return tokenizer.apply_chat_template(messages, None, None, None, True, False, False)
