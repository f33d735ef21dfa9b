"""The course's own right and wrong answers, and what the hidden checks say to them.

An answer is a file ``tests/answers/<assignment>/<exercise>/right_*.py`` or ``wrong_*.py``: the source of the student's
cell. A wrong one says in its first lines what must be told first::

    # exercise: render_for_inference
    # misconception: no-generation-prompt

and, where that first check does not end in ``failed``, also ``# outcome: raised``.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import nbformat

from autograder.course import Course, grade_id, own_files
from autograder.errors import BuildError
from autograder.gradebook.ahead import in_own_loop
from autograder.gradebook.run import RunAndJudge, require_gradable
from autograder.judge.check import checks_of
from autograder.judge.memory import judges_at_once
from autograder.judge.pool import a_judge, stop_judges
from autograder.sandbox import forkserver
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session
from autograder.verdict import CheckResult

_PLACE = re.compile(r'File ".*/((?:test_\w+|conftest)\.py)", line (\d+)')
_WORD = re.compile(r"^# (exercise|misconception|outcome): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One way to fill in a cell. ``misconception`` and ``outcome``: of the first check that a wrong one fails."""

    exercise: str
    name: str
    right: bool
    source: str
    misconception: str | None
    outcome: str


def load_answers(folder: Path) -> list[Answer]:
    """All answers to an assignment. Raises BuildError where a wrong one does not say what it must be told."""
    answers = []
    for path in sorted(folder.glob("*/*.py")):
        text = path.read_text(encoding="utf-8")
        words = dict(_WORD.findall(text))
        source = _WORD.sub("", text).lstrip("\n")  # a class of samples should not see what is wrong with it
        right = path.name.startswith("right_")
        if not right and not path.name.startswith("wrong_"):
            raise BuildError(f"{path} should be called right_... or wrong_...")
        if not right and (words.get("exercise") != path.parent.name or "misconception" not in words):
            raise BuildError(f"{path}: a wrong answer names its exercise and its misconception in its first lines")
        outcome = words.get("outcome", "passed" if right else "failed")
        answers.append(Answer(path.parent.name, path.stem, right, source, words.get("misconception"), outcome))
    return answers


def references(course: Course, assignment: str) -> list[Answer]:
    """The course's own solutions, as right answers."""
    notebooks = {one.notebook for one in course.exercises(assignment)}
    cells = {name: _cells(course, assignment, name) for name in notebooks}
    return [
        Answer(one.id, "reference", True, cells[one.notebook][one.id], None, "passed")
        for one in course.exercises(assignment)
    ]


def try_answers(
    course: Course, assignment: str, answers: Sequence[Answer], began: Callable[[Answer], None] | None = None
) -> dict[Answer, list[CheckResult]]:
    """What all checks of the answer's notebook say when it takes the place of the reference solution.

    Runs in the sandbox, several kernels at a time, with the seed that the course grades with. began: called before each
    answer, from any thread.
    """
    notebooks = {one.id: one.notebook for one in course.exercises(assignment)}
    if strange := {answer.exercise for answer in answers} - notebooks.keys():
        raise BuildError(f"{assignment}: answers to what is no exercise: {', '.join(sorted(strange))}")
    names = list(dict.fromkeys(notebooks.values()))
    left = {name: iter([one for one in answers if notebooks[one.exercise] == name]) for name in names}
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


def _try_what_is_left(
    course: Course,
    assignment: str,
    left: dict[str, Iterator[Answer]],
    stopping: threading.Event,
    began: Callable[[Answer], None] | None,
    order: list[str],
) -> dict[Answer, list[CheckResult]]:
    """One worker: takes a notebook's next answer, while there is one, and then another notebook's.

    left: shared by all workers, so that none is done long before the others.
    """
    results: dict[Answer, list[CheckResult]] = {}
    for name in order:
        if (first := next(left[name], None)) is not None:
            results |= _try(course, assignment, name, chain([first], left[name]), stopping, began)
    return results


def _try(
    course: Course,
    assignment: str,
    notebook: str,
    answers: Iterable[Answer],
    stopping: threading.Event,
    began: Callable[[Answer], None] | None,
) -> dict[Answer, list[CheckResult]]:
    """Each answer's cell is run after the solved notebook, and after it the reference's own cell again."""
    directory, source = course.checks(assignment), course.source(assignment)
    checks = checks_of(directory, [one.id for one in course.exercises(assignment) if one.notebook == notebook])
    solved = nbformat.read(source / f"{notebook}.ipynb", as_version=4)
    cells = _cells(course, assignment, notebook)
    limits = Limits(config=course.config, submission_wall_seconds=3600, submission_cpu_seconds=3600)
    seed = RunAndJudge(config=course.config).seed
    results: dict[Answer, list[CheckResult]] = {}
    with a_judge() as judge, Session(solved, own_files(source), course.hidden(), limits, stopping) as session:
        session.run()
        _require_ran(f"source/{assignment}/{notebook}.ipynb", session)
        for answer in answers:
            if stopping.is_set():
                break
            if began is not None:
                began(answer)
            session.run_cell(f"del {answer.exercise}")
            reports = {answer.exercise: vars(session.run_cell(answer.source))}
            causes = _Causes()
            found = judge.judge(directory, source, checks, reports, seed, session.probe, causes.log)
            results[answer] = [replace(one, message=causes.of.get(one.id, one.message)) for one in found]
            session.run_cell(cells[answer.exercise])
    return results


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


def _cells(course: Course, assignment: str, notebook: str) -> dict[str, str]:
    """Sources by ``grade_id``."""
    read = nbformat.read(course.source(assignment) / f"{notebook}.ipynb", as_version=4)
    return {grade_id(cell): cell.source for cell in read.cells}


def problems(answer: Answer, results: list[CheckResult]) -> list[str]:
    """What is wrong with the checks, as this answer shows it; nothing, if all is well."""
    found = []
    lost = [result for result in results if result.outcome != "passed"]
    own = [result for result in lost if result.id.startswith(f"{answer.exercise}::")]
    found += [f"loses points outside its exercise: {result.id}" for result in lost if result not in own]
    if answer.right:
        found += [f"is right, but {result.id} says {result.outcome}: {result.message}" for result in own]
    elif not own:
        found.append("is wrong, and no check sees it")
    elif (own[0].misconception, own[0].outcome) != (answer.misconception, answer.outcome):
        found.append(
            f"must be told {answer.misconception} ({answer.outcome}), "
            f"is told {own[0].misconception} ({own[0].outcome}) by {own[0].id}"
        )
    return found
