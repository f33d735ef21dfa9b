"""How long a large class takes: ``python tests/benchmark/large_class.py sft-or-prompting 600``.

Students have the reference solution, with a known answer, right or wrong, in three of ten exercises. Prints seconds by
the clock and of processor time, whether later submissions take longer than earlier ones, and the memory that was used.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
from meter import Meter

from autograder.build.generate import copy_sources
from autograder.config import load
from autograder.course import Course
from autograder.samples.answers import load_answers
from autograder.samples.demo import with_answers

ROOT = Path(__file__).parents[2]
KNOWN = 0.3
LOOKS = 0.5  # seconds from one look to the next


def hand_in(course: Path, assignment: str, students: int) -> None:
    rng = random.Random(0)
    places = sorted((ROOT / "solutions" / assignment).glob("*.ipynb"))
    solutions = {path.name: nbformat.read(path, as_version=4) for path in places}
    answers: dict[str, list[str]] = {}
    for answer in load_answers(ROOT / "tests" / "answers" / assignment):
        answers.setdefault(answer.exercise, []).append(answer.source)
    for number in range(students):
        row = {exercise: rng.choice(known) for exercise, known in answers.items() if rng.random() < KNOWN}
        folder = course / "submitted" / f"student-{number:04}" / assignment
        folder.mkdir(parents=True)
        for name, solution in solutions.items():
            nbformat.write(with_answers(solution, row), folder / name)


def resident(root: psutil.Process) -> int:
    """Bytes of the command and all that it has started; shared pages count for each."""
    found = 0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            found += process.memory_info().rss
    return found


def grade(course: Path, assignment: str, students: int) -> str:
    """Raises where grading could not do its work."""
    verdicts = course / "verdicts" / assignment
    command = [str(Path(sys.executable).with_name("course")), "grade", assignment]
    done, memory = [(0.0, 0)], 0
    with subprocess.Popen(command, cwd=course, stdout=sys.stderr) as process:
        meter = Meter(process.pid)
        began = meter.read()
        while process.poll() is None:
            time.sleep(LOOKS)
            taken = meter.read().since(began)
            done.append((taken.wall, sum(1 for _ in verdicts.glob("*.json"))))
            with suppress(psutil.NoSuchProcess):
                memory = max(memory, resident(psutil.Process(process.pid)))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    half = min(wall for wall, count in done if count >= students / 2)
    halves = f"{half:.0f} s for the first half, {taken.wall - half:.0f} s for the second"
    return f"{taken.wall:.0f} s by the clock ({halves}), {taken.cpu:.0f} s of processors, {memory >> 20} MiB at most"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignment")
    parser.add_argument("students", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as folder:
        course = Path(folder).resolve()
        copy_sources(Course(load(ROOT).coursedir), course)
        hand_in(course, options.assignment, options.students)
        said = grade(course, options.assignment, options.students)
    print(f"{options.assignment}, {options.students} students on {psutil.cpu_count()} cores: {said}")


if __name__ == "__main__":
    main()
