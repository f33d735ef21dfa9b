"""Does a mark depend on chance? Every known answer, right and wrong, over many seeds.

``make flakes`` writes the record, ``tests/benchmark/FLAKES.md``. A seed draws the hidden inputs, the trainings, the
questions and the small models anew. An answer is judged as ``course verify`` does it: a right one passes every check,
a wrong one is told its misconception.
"""

import argparse
import functools
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.config import load
from autograder.course import Course
from autograder.judge import process
from autograder.samples.answers import Answer, load_answers, problems, references
from autograder.samples.trying import try_answers

ROOT = Path(__file__).parents[2]
COURSE = Course(load(ROOT).coursedir)
HEAD = """# Answers whose marks were a matter of chance

Written by `python tests/benchmark/flakes.py --first {first} --seeds {count}`, on the CPU: every known answer, right and
wrong, judged as `course verify` does it, with the seeds {first} to {last}. Checks and answers are those of commit
{commit}.

| assignment | exercise | right answers | wrong answers | seeds | not as they should be |
|---|---|---|---|---|---|
"""

Found = dict[str, list[str]]  # by exercise: what an answer to it got with some seed, and should not


def answers_to(assignment: str, exercises: list[str]) -> list[Answer]:
    """All of them, or those to these exercises."""
    known = [*references(COURSE, assignment), *load_answers(ROOT / "tests" / "answers" / assignment)]
    return [one for one in known if not exercises or one.exercise in exercises]


def judged(assignment: str, answers: list[Answer], seed: int) -> Found:
    COURSE.config.RunAndJudge.seed = seed
    found: Found = {}
    for answer, results in try_answers(COURSE, assignment, answers).items():
        found.setdefault(answer.exercise, [])
        found[answer.exercise] += [f"{answer.name}, seed {seed}: {words}" for words in problems(answer, results)]
    return found


def run(exercises: list[str], seeds: range) -> Iterator[str]:
    """The record after each assignment with each seed."""
    answers = {assignment: answers_to(assignment, exercises) for assignment in COURSE.assignments()}
    jobs = [(assignment, seed) for seed in seeds for assignment in answers if answers[assignment]]
    done: list[tuple[str, int, Found]] = []
    for assignment, seed in track(jobs, "judging", console=Console(stderr=True)):
        done.append((assignment, seed, judged(assignment, answers[assignment], seed)))
        yield record(answers, done)


@functools.cache
def commit() -> str:
    """As it is when this is asked first."""
    command = ["git", "describe", "--always", "--abbrev=8", "--dirty"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def record(answers: dict[str, list[Answer]], done: list[tuple[str, int, Found]]) -> str:
    seeds = sorted({seed for _, seed, _ in done})
    lines, said = [], []
    for assignment, some in answers.items():
        found = [one for name, _, one in done if name == assignment]
        for exercise, right in Counter(one.exercise for one in some if one.right).items():
            wrong = sum(one.exercise == exercise for one in some) - right
            mine = [f"`{exercise}`, {words}" for one in found for words in one[exercise]]
            lines.append(f"| {assignment} | `{exercise}` | {right} | {wrong} | {len(found)} | {len(mine)} |")
            said += mine
    head = HEAD.format(first=seeds[0], last=seeds[-1], count=len(seeds), commit=commit())
    return head + "\n".join([*lines, "", f"In all: {len(said)}.", *(f"- {one}" for one in said)]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercises", nargs="*", help="whose answers; those of all, if none is named")
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on after a run that was stopped")
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("FLAKES.md"))
    options = parser.parse_args()
    os.environ["COURSE_PROFILE"] = "cpu"
    commit()
    process.CHECK_SECONDS = 3600.0  # on a machine that may be busy
    for written in run(options.exercises, range(options.first, options.first + options.seeds)):
        options.output.write_text(written, encoding="utf-8")
    print(options.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
