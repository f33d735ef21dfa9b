"""Does a right answer ever fail by chance? All checks that train, over many seeds, on every right answer.

``make flakes`` writes the record, ``tests/benchmark/FLAKES.md``. Each seed draws the trainings, the questions and the
small models anew. The answers are the course's own, so they run in this process, without the sandbox.
"""

import argparse
import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "autograder" / "sandbox" / "inside"))

import probe
from rich.progress import track

from autograder.answers import Answer, load_answers, references
from autograder.config import load
from autograder.course import Course
from autograder.judge.check import load_checks
from autograder.judge.pool import a_judge

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "fine-tuning"
TRAINING = ("make_sft_config", "build_trainer", "make_lora_config", "build_lora_trainer")
HEAD = """# Right answers that failed by chance

Written by `make flakes`: {answers} right answers to {exercises}, each judged with {seeds} seeds by all checks of its
exercise, {checks} checks in all, on the CPU.

| exercise | answer | seeds | checks failed |
|---|---|---|---|
"""


def right_answers() -> list[Answer]:
    course = Course(load(ROOT).coursedir)
    answers = [*references(course, ASSIGNMENT), *load_answers(ROOT / "tests" / "answers" / ASSIGNMENT)]
    return [answer for answer in answers if answer.right and answer.exercise in TRAINING]


def namespace(answer: Answer) -> dict[str, Any]:
    """What a solved notebook defines, as far as these functions need it, with this answer in it."""
    course = Course(load(ROOT).coursedir)
    own = {one.exercise: one.source for one in references(course, ASSIGNMENT)}
    names: dict[str, Any] = {}
    exec(HELPERS, names)
    for source in [*(own[name] for name in TRAINING), answer.source]:
        exec(compile(source, f"<{answer.exercise}>", "exec"), names)
    return names


HELPERS = """
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

def sft_config(output_dir, learning_rate=1e-3):
    return SFTConfig(
        output_dir, learning_rate=learning_rate, num_train_epochs=2, per_device_train_batch_size=16, max_length=512,
        use_cpu=True, bf16=False, save_strategy="no", report_to="none", disable_tqdm=True,
    )
"""


def failures(answer: Answer, seed: int) -> tuple[list[str], int]:
    """The checks that this right answer fails with this seed, and how many there are."""
    names = namespace(answer)

    def ask(request: dict[str, Any]) -> dict[str, Any]:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return probe.answer({**request, "reply_bytes": 4 << 20}, names)

    checks = ROOT / "autograder" / "checks" / ASSIGNMENT
    own = [check for check in load_checks(checks) if check.exercise == answer.exercise]
    with a_judge() as judge:
        found = judge.judge(checks, ROOT / "source" / ASSIGNMENT, own, {}, seed, ask, logging.getLogger(__name__))
    return [f"{one.id} with seed {seed}: {one.outcome}" for one in found if one.outcome != "passed"], len(found)


def run(answers: list[Answer], seeds: int) -> Iterator[tuple[Answer, list[str], int]]:
    """By answer: what failed, and how many checks were run. Seeds go together, so that a judge's trainings are used."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [(answer, pool.submit(failures, answer, seed)) for seed in range(seeds) for answer in answers]
        found: dict[Answer, list[str]] = {answer: [] for answer in answers}
        counts = dict.fromkeys(answers, 0)
        for answer, job in track(jobs, "judging"):
            failed, count = job.result()
            found[answer] += failed
            counts[answer] += count
    for answer in answers:
        yield answer, found[answer], counts[answer]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("FLAKES.md"))
    options = parser.parse_args()
    rows, checks, failed = [], 0, []
    answers = right_answers()
    for answer, found, count in run(answers, options.seeds):
        rows.append(f"| `{answer.exercise}` | {answer.name} | {options.seeds} | {len(found)} |")
        checks, failed = checks + count, [*failed, *found]
    head = HEAD.format(
        answers=len(answers), exercises=", ".join(f"`{name}`" for name in TRAINING), seeds=options.seeds, checks=checks
    )
    text = head + "\n".join([*rows, "", f"False fails: {len(failed)}.", *(f"- {one}" for one in failed)]) + "\n"
    options.output.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
