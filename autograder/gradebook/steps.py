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
        taken = [_name(one) for one in (given if isinstance(given, list) else [given])]
        where = f"nbgrader_config.py: c.Autograde.{setting}"
        for name in (one for one in names if one not in taken):
            raise CourseError(f"{where} lacks {name}. Take it from the package's own file")
        for name in (one for one in taken if one in REPLACED):
            raise CourseError(f"{where} has {name}. Take it out")


def _name(step: object) -> str:
    """Of a class, a function, or what says where to find one."""
    return getattr(step, "__name__", str(step)).rpartition(".")[2]
