import torch


def encode_for_generation(tokenizer, messages):
    tokens = tokenizer.tokenize(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))
    ids = torch.as_tensor(tokenizer.convert_tokens_to_ids(tokens)).view(1, -1)
    return dict(input_ids=ids, attention_mask=torch.full(ids.shape, 1))
