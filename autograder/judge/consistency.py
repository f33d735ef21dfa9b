"""Do an assignment's graded cells and its hidden checks fit together? Asked when it is built, and before it is graded:
checks may have been changed since."""

import ast
from pathlib import Path

from autograder.course import Course, grade_id
from autograder.errors import BuildError
from autograder.judge.check import load_checks, load_misconceptions


def require_points(course: Course, assignment: str) -> None:
    """Raises BuildError where a graded cell's points are not the sum of its checks', or one is without the other."""
    checks = load_checks(course.checks(assignment))
    require_known(course.checks(assignment))
    exercises = course.exercises(assignment)
    names = [exercise.id for exercise in exercises]
    written = {grade_id(cell) for path in course.notebooks(assignment) for cell in course.given(path).cells}
    for problem, found in (
        ("checks without an exercise", {check.exercise for check in checks} - set(names)),
        ("more than one exercise is called", {name for name in names if names.count(name) > 1}),
        ("graded cells without a cell for the answer", set(names) - written),
    ):
        if found:
            raise BuildError(f"{assignment}: {problem}: {', '.join(sorted(found))}")
    for exercise in exercises:
        own = [check for check in checks if check.exercise == exercise.id]
        if not own:
            place = course.checks(assignment) / f"test_{exercise.id}.py"
            raise BuildError(f"{assignment}: {exercise.id} has no hidden checks: {place} has none, or is not there")
        if (total := sum(check.points for check in own)) != exercise.points:
            raise BuildError(
                f'{assignment}: checks="{exercise.id}" says points={exercise.points}, its {len(own)} hidden checks add '
                f"up to {total}. Correct one of them, and run course build"
            )


def require_known(directory: Path) -> None:
    """Raises BuildError where ``told`` names, in so many words, a misconception that is not on the list."""
    known = load_misconceptions(directory)
    for path in sorted(directory.glob("*.py")):
        try:
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        except SyntaxError as error:
            raise BuildError(f"{path}, line {error.lineno}: {error.msg}") from error
        for node in nodes:
            match node:
                case ast.Call(func=ast.Name(id="told"), args=[ast.Constant(value=name)]) if name not in known:
                    raise BuildError(f"{path}, line {node.lineno}: told names an unknown misconception, {name!r}")
