"""``make grade-in-image``: ``course`` in the grader's image, with a course folder of this machine."""

import argparse
import os
import sys
from pathlib import Path

from autograder.course import find_root
from autograder.errors import CourseError
from autograder.image.engine import container


def main() -> None:
    parser = argparse.ArgumentParser(description="Run `course` in the grader's image.")
    parser.add_argument("--course", type=Path, default=Path.cwd(), help="the course folder, or one in it")
    parser.add_argument("--image", default="fine-tuning-grader")
    parser.add_argument("--memory", help="what the container may use, such as 16g")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="what `course` is asked for: grade chat-templates")
    options = parser.parse_args()
    try:
        command = container(options.image, find_root(options.course.resolve()), memory=options.memory)
    except CourseError as error:
        sys.exit(f"error: {error}")
    if sys.stdin.isatty() and sys.stdout.isatty():
        command[2:2] = ["--interactive", "--tty"]
    os.execv(command[0], [*command, *options.words])


if __name__ == "__main__":
    main()
