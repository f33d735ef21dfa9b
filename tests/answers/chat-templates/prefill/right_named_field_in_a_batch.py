def prefill(tokenizer, messages, opening):
    conversations = [[*messages, dict(content=opening, role="assistant")]]
    return tokenizer.apply_chat_template(conversations, continue_final_message="content", tokenize=False)[0]
