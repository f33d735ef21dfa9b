"""The steps of autograding, as ``nbgrader_config.py`` names them. A course's copy of it may be older than this package,
or be changed, and students' code would run in no sandbox, or marks come from what it prints."""

from nbgrader.converters import Autograde

from autograder.course import Course
from autograder.errors import CourseError

WANTED = {
    "pre_convert_hook": ["pre_convert"],
    "sanitize_preprocessors": ["RestoreNotebook"],
    "autograde_preprocessors": ["RunAndJudge", "SanitizeNotebook", "ShowVerdict", "SaveVerdict"],
}
REPLACED = {"Execute", "SaveAutoGrades"}  # nbgrader's own, by some of these


def require_steps(course: Course) -> None:
    """Raises CourseError where one is left out, or nbgrader's own is taken in its place."""
    converter = Autograde(coursedir=course.directories, config=course.config)
    for setting, names in WANTED.items():
        given = getattr(converter, setting)
        steps = [_names(one) for one in (given if isinstance(given, list) else [given])]
        where = f"nbgrader_config.py: c.Autograde.{setting}"
        for name in (one for one in names if not any(one in step for step in steps)):
            raise CourseError(f"{where} lacks {name}. Take it from the package's own file")
        for step in (step for step in steps if step[0] in REPLACED):
            raise CourseError(f"{where} has {step[0]}. Take it out")


def _names(step: object) -> list[str]:
    """Of a class and what it is made from, or of a function; of text, what it says where to find one."""
    if isinstance(step, str):
        return [step.rpartition(".")[2]]
    if callable(step) and not isinstance(step, type):
        return [getattr(step, "__name__", type(step).__name__)]
    return [one.__name__ for one in (step if isinstance(step, type) else type(step)).__mro__]
