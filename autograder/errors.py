"""What can go wrong on our side, as a tree.

CourseError                  a sentence for the person at the keyboard; ends the command
+-- SandboxUnavailable       no student's code can be run, or none any longer: nothing is judged
+-- GradebookUnavailable     the gradebook is locked, not writable, or not a gradebook
+-- BuildError               the course's own text, notebooks or checks do not fit together
+-- HubCrashed               the hub was ready, and ended by itself (autograder/hub/run.py)

What a *student's* code does wrong is never an exception here: it is data (see ``autograder.verdict``).
"""

import errno

# Of a disk or a process that is used up: the next submission would meet them, too.
OF_ALL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


class CourseError(Exception):
    """Our work cannot be done. The message is one clear line that says what to do."""


class SandboxUnavailable(CourseError):
    """The sandbox cannot be set up, its machine gave out, or the run was stopped, so no student code may run."""


class GradebookUnavailable(CourseError):
    """The gradebook cannot be read or written."""


class BuildError(CourseError):
    """Source, notebooks and checks disagree."""


def first_line(error: BaseException) -> str:
    """What it says first; its type where it says nothing."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def typed(error: BaseException) -> str:
    """Its type, and what it says first: the message of a KeyError alone says little."""
    return f"{type(error).__name__}: {first_line(error)}"


def raise_if_of_all(error: Exception) -> None:
    """Raises what the next submission would meet, too. Anything else may be one submission's alone."""
    if isinstance(error, OSError) and error.errno in OF_ALL:
        raise error
