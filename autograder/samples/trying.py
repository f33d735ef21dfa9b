"""Known answers, put into the solved notebook and judged by the hidden checks: what ``course verify`` does.

Several are tried at a time, each to an exercise of its own; the other half of the exercises have their solutions
meanwhile. These, and the right answers among those that are tried, lose points where an answer harms others than its
own exercise. Harm to one that has a wrong answer shows only where that is told something else first.
"""

import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

import nbformat

from autograder.course import Course, grade_id, own_files
from autograder.errors import BuildError
from autograder.gradebook.ahead import in_own_loop
from autograder.gradebook.run import RunAndJudge, require_gradable
from autograder.judge.check import checks_of
from autograder.judge.memory import judges_at_once
from autograder.judge.pool import a_judge, stop_judges
from autograder.samples.answers import Answer, problems, references
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult

_PLACE = re.compile(r'File ".*/((?:test_\w+|conftest)\.py)", line (\d+)')

Matrix = dict[Answer, list[CheckResult]]  # what the checks of its notebook say to an answer
Round = list[Answer]  # that are tried at a time
Began = Callable[[Answer], None]


def try_answers(course: Course, assignment: str, answers: Sequence[Answer], began: Began = lambda _: None) -> Matrix:
    """What all checks of the answer's notebook say when it takes the place of the reference solution; but those of
    exercises that have another answer meanwhile.

    Runs in the sandbox, several kernels at a time, with the seed that the course grades with. began: called before each
    answer, from any thread.
    """
    notebooks = {one.id: one.notebook for one in course.exercises(assignment)}
    if strange := {answer.exercise for answer in answers} - notebooks.keys():
        raise BuildError(f"{assignment}: answers to what is no exercise: {', '.join(sorted(strange))}")
    names = list(dict.fromkeys(notebooks.values()))
    left = {}  # rounds of each notebook, shared by all workers, so that none is done long before the others
    for name in names:
        left[name] = iter(rounds(answers, [exercise for exercise, notebook in notebooks.items() if notebook == name]))
    limits = Limits(config=course.config)
    require_gradable(course, assignment, limits)
    workers = judges_at_once(limits.submissions_at_once, training=course.trains(assignment))
    stopping = threading.Event()
    with ThreadPoolExecutor(workers) as pool:
        orders = [names[first % len(names) :] + names[: first % len(names)] for first in range(workers)]
        work = partial(_try_what_is_left, course, assignment, left, stopping, began)
        done = [pool.submit(in_own_loop, partial(work, order)) for order in orders]
        try:
            found = {answer: results for one in done for answer, results in one.result().items()}
        except BaseException:  # Ctrl-C, too: nobody waits for the answers that are left
            stopping.set()
            stop_judges()
            forkserver.stop()
            raise
    return {answer: found[answer] for answer in answers}


def rounds(answers: Sequence[Answer], exercises: Sequence[str]) -> list[Round]:
    """The answers to a notebook's exercises, in as few rounds as may be: in each to half of the exercises, rounded up,
    at most, one to each, in the exercises' order. Wrong answers to each meet right ones to each other."""
    queues = {name: deque(_mixed([one for one in answers if one.exercise == name])) for name in exercises}
    found = []
    while longest := sorted(filter(queues.get, exercises), key=lambda name: -len(queues[name])):
        dealt = longest[: (len(exercises) + 1) // 2]
        found.append([queues[name].popleft() for name in exercises if name in dealt])
    return found


def _mixed(answers: Sequence[Answer]) -> list[Answer]:
    """The right ones at even distances among the wrong ones."""
    kinds = [[one for one in answers if one.right is right] for right in (True, False)]
    places = {one: (place + 0.5) / len(kind) for kind in kinds for place, one in enumerate(kind)}
    return sorted(answers, key=places.__getitem__)


def _try_what_is_left(
    course: Course,
    assignment: str,
    left: dict[str, Iterator[Round]],
    stopping: threading.Event,
    began: Began,
    order: list[str],
) -> Matrix:
    """One worker: takes a notebook's next round, while there is one, and then another notebook's."""
    found: Matrix = {}
    for name in order:
        if (first := next(left[name], None)) is not None:
            with _opened(course, assignment, name, stopping) as desk:
                for dealt in chain([first], left[name]):
                    if stopping.is_set():
                        break
                    for answer in dealt:
                        began(answer)
                    found |= desk.try_round(dealt)
    return found


@dataclass(frozen=True)
class _Desk:
    """A solved notebook that has run in the sandbox, and its judge."""

    session: Session
    solutions: Mapping[str, str]  # source by exercise, in the notebook's order
    judge: Callable[[Mapping[str, Any], logging.Logger], list[CheckResult]]  # by reports of the answers' cells

    def try_round(self, dealt: Round) -> Matrix:
        """What the checks say to each. Where they say what they should not, each is tried alone, in the same kernel:
        which is it? Where it is none of them, it is what they do together."""
        together = self._judged(dealt)
        if len(dealt) == 1 or not any(problems(one, together[one]) for one in dealt):
            return together
        alone = {answer: self._judged([answer])[answer] for answer in dealt}
        if any(problems(one, alone[one]) for one in dealt):
            return alone
        return {one: [_beside(result, set(dealt) - {one}) for result in together[one]] for one in dealt}

    def _judged(self, dealt: Round) -> Matrix:
        """The answers' cells are run after the solved notebook, and then all solutions again: what was harmed is whole
        for the next round."""
        reports = {}
        for answer in dealt:
            self.session.run_cell(f"del {answer.exercise}")
            reports[answer.exercise] = vars(self.session.run_cell(answer.source, answer.exercise))
        causes = _Causes()
        found = self.judge(reports, causes.log)
        for exercise, source in self.solutions.items():
            self.session.run_cell(source, exercise)
        told = [replace(one, message=causes.of.get(one.id, one.message)) for one in found]
        return {
            answer: [one for one in told if one.exercise == answer.exercise or one.exercise not in reports]
            for answer in dealt
        }


def _beside(result: CheckResult, others: set[Answer]) -> CheckResult:
    """Of a round in which something is not as it should be, and all is when each is tried alone."""
    names = ", ".join(sorted(f"{one.exercise}/{one.name}" for one in others))
    return replace(result, message=" ".join(filter(None, (result.message, f"(only beside {names})"))))


@contextmanager
def _opened(course: Course, assignment: str, notebook: str, stopping: threading.Event) -> Iterator[_Desk]:
    """It stays as long as the block. Raises BuildError where a cell of the solved notebook does not run to its end."""
    directory, source = course.checks(assignment), course.source(assignment)
    exercises = [one.id for one in course.exercises(assignment) if one.notebook == notebook]
    checks = checks_of(directory, exercises)
    solved = nbformat.read(source / f"{notebook}.ipynb", as_version=4)
    limits = Limits(config=course.config, submission_wall_seconds=3600, submission_cpu_seconds=3600)
    seed = RunAndJudge(config=course.config).seed
    with a_judge() as judge, Session(solved, own_files(source), course.hidden(), limits, stopping) as session:
        session.run()
        _require_ran(f"source/{assignment}/{notebook}.ipynb", session)
        yield _Desk(
            session,
            {one.exercise: one.source for one in references(course, assignment) if one.exercise in exercises},
            lambda reports, log: judge.judge(directory, source, checks, reports, seed, session.probe, log),
        )


class _Causes(logging.Handler):
    """What the judge logs of checks that fail on our side: ``of``, by check, in one line. For authors, whose slip it
    mostly is; students are told that it is not theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}
        self.log = logging.Logger(__name__)  # of nobody else
        self.log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        check, detail = map(str, record.args or ("", ""))
        lines = [line.strip() for line in detail.splitlines() if line.strip()]
        places = _PLACE.findall(detail)
        self.of[check] = "".join(
            [lines[-1] if lines else "", *(f", in {file}, line {line}" for file, line in places[-1:])]
        )


def _require_ran(place: str, session: Session) -> None:
    """Raises BuildError where a cell of the solved notebook did not run to its end."""
    for index, report in session.reports.items():
        if report.status != "ran":
            cell = session.notebook.cells[index]
            why = report.message or f"{report.error} in its line {report.line}"
            raise BuildError(
                f"{place}: with the solutions in it, cell {grade_id(cell) or index + 1} {report.status}: {why}"
            )
