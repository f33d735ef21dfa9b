"""Which hardware the checks run on: ``COURSE_PROFILE=cpu|gpu``; without it, ``gpu`` where CUDA is there."""

import ctypes
import functools
import os

from autograder.errors import CourseError

PROFILES = ("cpu", "gpu")


@functools.cache
def profile() -> str:
    """Raises CourseError for a profile that does not exist, or ``gpu`` where there is none."""
    wanted = os.environ.get("COURSE_PROFILE", "")
    if wanted and wanted not in PROFILES:
        raise CourseError(f"COURSE_PROFILE={wanted!r}: it is one of {', '.join(PROFILES)}")
    if wanted == "gpu" and not _has_cuda():
        raise CourseError("COURSE_PROFILE=gpu, but CUDA finds no device here")
    return wanted or ("gpu" if _has_cuda() else "cpu")


def _has_cuda() -> bool:
    """Asks the driver itself: importing torch for this takes seconds."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int()
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
