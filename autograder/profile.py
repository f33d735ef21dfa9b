"""Which hardware the checks run on: ``COURSE_PROFILE=cpu|gpu``; without it, ``gpu`` where torch finds CUDA."""

import functools
import os

from autograder import cuda
from autograder.errors import CourseError

PROFILES = ("cpu", "gpu")


@functools.cache
def profile() -> str:
    """Raises CourseError for a profile that does not exist, or ``gpu`` where it cannot be had."""
    wanted = os.environ.get("COURSE_PROFILE", "")
    if wanted and wanted not in PROFILES:
        raise CourseError(f"COURSE_PROFILE={wanted!r}: it is one of {', '.join(PROFILES)}")
    if wanted == "cpu":
        return "cpu"
    problem = cuda.problem(cuda.driver(), cuda.toolkit())
    if wanted == "gpu" and problem is not None:
        raise CourseError(f"COURSE_PROFILE=gpu, but {problem}")
    return "gpu" if problem is None else "cpu"
