"""The small tokenizers that the course ships: one byte-level BPE, three chat templates.

They are trained here, on ``tokenizer_corpus.txt`` (written for this course), and come out byte-identical each
time, so that nothing has to be fetched. They are for looking at templates: too small to be a model's own.

``python -m autograder.models.small_tokenizers DIRECTORY`` writes them.
"""

import functools
import sys
from collections.abc import Callable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

CORPUS = Path(__file__).with_name("tokenizer_corpus.txt")
VOCABULARY_SIZE = 1000

CHATML_TURNS = """\
{%- for message in messages %}
{{- '<|im_start|>' ~ message['role'] ~ '\\n' }}
{%- if message['role'] == 'assistant' %}
{% generation %}{{- message['content'] ~ '<|im_end|>' }}{% endgeneration %}
{%- else %}
{{- message['content'] ~ '<|im_end|>' }}
{%- endif %}
{{- '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

DEFAULT_SYSTEM_TURN = """\
{%- if messages[0]['role'] != 'system' %}
{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
"""

INST = """\
{{- bos_token }}
{%- set pending = namespace(system='') %}
{%- for message in messages %}
{%- if message['role'] == 'system' %}
{%- set pending.system = message['content'] | trim ~ '\\n\\n' %}
{%- elif message['role'] == 'user' %}
{{- '[INST] ' ~ pending.system ~ message['content'] | trim ~ ' [/INST]' }}
{%- set pending.system = '' %}
{%- elif message['role'] == 'assistant' %}
{% generation %}{{- ' ' ~ message['content'] | trim ~ eos_token }}{% endgeneration %}
{%- else %}
{{- raise_exception('Roles are system, user and assistant; got ' ~ message['role']) }}
{%- endif %}
{%- endfor %}
"""


def make_tokenizers(directory: Path) -> None:
    """Write the course's tokenizers to ``directory/<name>/``, each loadable by ``AutoTokenizer``.

    The names are ``chatml``, ``inst`` and ``default-system``.
    """
    for name, make in TOKENIZERS.items():
        make().save_pretrained(directory / name)


def base_tokenizer() -> Tokenizer:
    """The byte-level BPE of the course's corpus, a fresh one each time: no special tokens, no post-processor."""
    return Tokenizer.from_str(_trained())


@functools.cache
def _trained() -> str:
    """The hidden checks ask for it once for each submission, so it is trained once for each process."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS.read_text(encoding="utf-8").splitlines(keepends=True), trainer)
    return str(tokenizer.to_str())


def _with_special_tokens(*tokens: str) -> Tokenizer:
    """The base with ``tokens`` added, each as one token."""
    tokenizer = base_tokenizer()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in tokens])
    return tokenizer


def _chatml(template: str = CHATML_TURNS) -> PreTrainedTokenizerFast:
    """ChatML: ``<|im_start|>role``, content, ``<|im_end|>``; no beginning-of-sequence token."""
    return PreTrainedTokenizerFast(
        tokenizer_object=_with_special_tokens("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        extra_special_tokens=["<|im_start|>"],
        chat_template=template,
    )


def _default_system() -> PreTrainedTokenizerFast:
    """ChatML whose template speaks first when the conversation has no system message."""
    return _chatml(DEFAULT_SYSTEM_TURN + CHATML_TURNS)


def _inst() -> PreTrainedTokenizerFast:
    """``[INST]`` style: template *and* post-processor write BOS, as with Llama 2 and Mistral."""
    tokenizer = _with_special_tokens("<s>", "</s>", "<pad>", "[INST]", "[/INST]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        extra_special_tokens=["[INST]", "[/INST]"],
        chat_template=INST,
    )


TOKENIZERS: dict[str, Callable[[], PreTrainedTokenizerFast]] = {
    "chatml": _chatml,
    "inst": _inst,
    "default-system": _default_system,
}

if __name__ == "__main__":
    make_tokenizers(Path(sys.argv[1]))
