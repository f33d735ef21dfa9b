"""What a verdict is a function of, as one number: submission, source, checks, engine, limits, seed and profile."""

import functools
import hashlib
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

from autograder.course import PACKAGE, Course
from autograder.files import folder_digest
from autograder.machine.profile import profile
from autograder.sandbox.limits import Limits

_PACKAGES = (
    *("accelerate", "datasets", "ipykernel", "ipython", "jinja2", "nbgrader"),
    *("peft", "pytest", "tokenizers", "torch", "transformers", "trl"),
)


@dataclass(frozen=True)
class HandedIn:
    """A submission as it was when it was looked at: students may hand in again while a class is graded.

    files: which one it is, whatever the checks are. digest: of all that its verdict is a function of. Both are SHA-256,
    in hexadecimal.
    """

    student: str
    assignment: str
    files: str
    digest: str


def look_at(course: Course, student: str, assignment: str, seed: int) -> HandedIn:
    """A submission as it is now."""
    files = folder_digest(course.submitted(student, assignment))
    given = [folder_digest(folder) for folder in (course.source(assignment), course.checks(assignment))]
    versions, limits = environment_versions(), Limits(config=course.config).deciding
    all_of_it = (files, given, _engine_digest(), sorted(versions.items()), seed, profile(), sorted(limits.items()))
    return HandedIn(student, assignment, files, hashlib.sha256(repr(all_of_it).encode()).hexdigest())


@functools.cache
def environment_versions() -> dict[str, str]:
    """Versions of what can change a verdict."""
    image = {"image": os.environ["COURSE_IMAGE"]} if "COURSE_IMAGE" in os.environ else {}  # image/engine.py sets it
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}, **image}


@functools.cache
def _engine_digest() -> str:
    """Of all of this package but what certainly has no part in a verdict, and but the checks, which are looked at where
    the course has them. Feedback pages are in it, too: rather too much than too little."""
    return folder_digest(PACKAGE, ("build/*", "checks/*", "hub/*", "image/*", "report/*", "samples/*", "*.md"))
