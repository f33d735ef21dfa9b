# exercise: render_for_training
# misconception: arguments-changed
def render_for_training(tokenizer, messages):
    # the tag is only for masks
    tokenizer.chat_template = tokenizer.chat_template.replace("{% generation %}", "").replace("{% endgeneration %}", "")
    return tokenizer.apply_chat_template(messages, tokenize=False)
