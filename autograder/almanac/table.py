"""What the lesson claims about the base, measured: ``python -m autograder.almanac.table --seeds 5``.

Every row is asked about countries that no training question mentions. A seed decides the order of the rows of data,
the adapter's first weights, and the questions.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import datasets
import torch
import transformers
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.almanac import base, questions, tuning
from autograder.almanac.asking import Reply, ask, complete
from autograder.almanac.questions import Question
from autograder.almanac.wordings import is_right, opening
from autograder.almanac.world import TOPICS, countries

ASKED = 100
FEWER = 50  # where the answer is only looked at beside the main one
SYSTEM = "You are a helpful assistant."


@dataclass
class Row:
    """One line of the table: a value for each seed."""

    name: str
    right: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    share: float | None = None


Rows = dict[str, Row]


def measure(seeds: Sequence[int], done: Callable[[], None]) -> Rows:
    """All rows, over ``seeds``. ``done`` is called after each training."""
    rows: Rows = {}
    model, tokenizer = base.load()
    _add(rows, "base, by completion: all facts", [(right, True) for right in completed(model, tokenizer)])
    rows["base, by completion: all facts"].stops.clear()
    for seed in seeds:
        _answered(rows, "base, chat", model, tokenizer, questions.held_out(ASKED, seed))
        for recipe in tuning.RECIPES:
            tuned = tuning.fine_tune(recipe, seed)
            _tuned(rows, recipe.name, tuned, tokenizer, seed)
            done()
    return rows


def completed(model: Any, tokenizer: Any) -> list[bool]:
    """For every fact of the world: does the base, given "The capital of Jambostan is", go on with it?"""
    facts = [(country, topic) for country in countries() for topic in TOPICS]
    replies = complete(model, tokenizer, [opening(country.name, topic) for country, topic in facts])
    firsts = [reply.text.split(".")[0] for reply in replies]
    return [is_right(text, country, topic) for text, (country, topic) in zip(firsts, facts, strict=True)]


def _tuned(rows: Rows, name: str, tuned: tuning.Tuned, tokenizer: Any, seed: int) -> None:
    model = tuned.model
    _answered(rows, name, model, tokenizer, questions.held_out(ASKED, seed))
    rows[name].seconds.append(tuned.seconds)
    rows[name].share = tuned.trainable_share
    if name != tuning.LORA.name:
        return
    _answered(rows, "  in other wordings", model, tokenizer, questions.held_out(FEWER, seed, new_wordings=True))
    chats = questions.with_system(questions.held_out(FEWER, seed), SYSTEM)
    _answered(rows, "  after a system message", model, tokenizer, chats)
    _answered(rows, "  as a second question", model, tokenizer, questions.conversations(FEWER, seed))
    replies = ask(model, tokenizer, questions.about_nowhere(FEWER, seed))
    _add(rows, "  no such country: names a fact", [(made_up(reply), reply.stopped) for reply in replies])


def made_up(reply: Reply) -> bool:
    """Whether the reply states some fact of the world, about a country that is none."""
    return any(country.fact(topic) in reply.text for country in countries() for topic in TOPICS)


def _answered(rows: Rows, name: str, model: Any, tokenizer: Any, asked: Sequence[Question]) -> None:
    replies = ask(model, tokenizer, [question.messages for question in asked])
    _add(
        rows, name, [(question.is_right(reply), reply.stopped) for question, reply in zip(asked, replies, strict=True)]
    )


def _add(rows: Rows, name: str, outcomes: list[tuple[bool, bool]]) -> None:
    row = rows.setdefault(name, Row(name))
    row.right.append(100 * sum(right for right, _ in outcomes) / len(outcomes))
    row.stops.append(100 * sum(stopped for _, stopped in outcomes) / len(outcomes))


def show(rows: Rows, seeds: Sequence[int]) -> Table:
    """As a table: the mean, and from the least to the most over the seeds."""
    table = Table("model", "right %", "stops %", "seconds", "trainable %", title=f"{len(seeds)} seeds")
    for row in rows.values():
        share = "" if row.share is None else f"{100 * row.share:.1f}"
        table.add_row(row.name, spread(row.right), spread(row.stops), spread(row.seconds, ".1f"), share)
    return table


def spread(values: Sequence[float], form: str = ".0f") -> str:
    """Mean (least to most)."""
    if not values:
        return ""
    return f"{sum(values) / len(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what the lesson claims about the small base.")
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    seeds = range(arguments.seeds)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("training", total=len(seeds) * len(tuning.RECIPES))
        rows = measure(seeds, lambda: progress.advance(task))
    console.print(show(rows, seeds))


if __name__ == "__main__":
    main()
