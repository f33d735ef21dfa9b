"""Which hardware the checks run on: ``COURSE_PROFILE=cpu|gpu``; without it, ``gpu`` where driver and torch allow it."""

import functools
import os

from autograder.errors import CourseError
from autograder.machine import cuda

PROFILES = ("cpu", "gpu")
# What decides about it; whoever starts a process that grades hands these on. In LD_LIBRARY_PATH some have the driver.
ENVIRONMENT = (
    "COURSE_PROFILE",
    "COURSE_SMOLLM2",
    "CUDA_DEVICE_ORDER",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_MPS_PIPE_DIRECTORY",
    "LD_LIBRARY_PATH",
)


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


def hardware() -> str:
    """The profile and why, in a few words. Raises CourseError."""
    driver = cuda.driver()
    if profile() == "cpu" or driver is None:
        return f"profile cpu: {cuda.problem(driver, cuda.toolkit()) or 'as asked'}"
    return f"profile gpu: {driver.devices[0].name}"
