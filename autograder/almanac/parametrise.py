"""Write the same function with smaller weights, so that learning rates which people know suit a small model.

A learning rate is a step in the weights. How much a step changes depends on how large the weights are, and on what they
are multiplied with. A matrix of a large model has small entries, since each output sums thousands of them; a small
model needs large ones, so the same step changes little, and it would want a rate several times as large. Here the
matrices that read normalised values are divided by a power of two (exact in any float format), and the normalisations
in front of them take the factor up. The model computes the same as before.
"""

import torch
from transformers import LlamaForCausalLM


@torch.no_grad()
def shrink(model: LlamaForCausalLM, factor: float) -> None:
    """Divide the matrices behind a normalisation by ``factor``, in place; outputs stay the same.

    Embeddings and what is added to them keep their size: smaller ones would make full fine-tuning forget sooner.
    """
    for layer in model.model.layers:
        attention, mlp = layer.self_attn, layer.mlp
        for norm in (layer.input_layernorm, layer.post_attention_layernorm):
            norm.weight *= factor
        for reader in (attention.q_proj, attention.k_proj, attention.v_proj, mlp.gate_proj, mlp.up_proj):
            reader.weight /= factor
