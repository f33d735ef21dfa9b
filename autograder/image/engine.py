"""The container engine, Podman or Docker, and what it must allow so that the sandbox works inside.

A sandbox is made of namespaces, mounts and a /proc of its own. Engines forbid that to be safe from what runs in a
container; here what is dangerous runs one wall further in. So a container gets back what the sandbox is made of, and
gives up what it does not need: network, capabilities, new privileges, a file system to write to.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from autograder.course import PACKAGE
from autograder.errors import CourseError
from autograder.image import gpu

ENGINES = ("podman", "docker")
LESS = [
    "--network=none",
    "--read-only",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--pids-limit=4096",
    "--ulimit=nofile=4096:4096",
    "--ulimit=nproc=4096:4096",
    "--tmpfs=/tmp:rw,exec,mode=1777",
]
MORE = [
    f"--security-opt=seccomp={PACKAGE / 'image' / 'seccomp.json'}",  # the engines' own: no namespaces, no host name
    "--security-opt=label=disable",  # SELinux's: no mounts
    "--security-opt=apparmor=unconfined",  # the engines' own profiles: no mounts
]
# Where parts of /proc are masked, it may not be mounted again in a namespace within.
MORE_OF = {"podman": ["--security-opt=unmask=ALL"], "docker": ["--security-opt=systempaths=unconfined"]}
NO_IMAGE = re.compile("no such image|no such object|image not known", re.IGNORECASE)
HANDED_ON = ("COURSE_PROFILE", "CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES")  # the rest is the image's own


def engine() -> str:
    """Path of the engine: what ``COURSE_ENGINE`` names, else the first that is there. Raises CourseError."""
    wanted = os.environ.get("COURSE_ENGINE")
    if wanted and Path(wanted).name not in ENGINES:
        raise CourseError(f"COURSE_ENGINE={wanted!r}: it is one of {', '.join(ENGINES)}")
    for name in (wanted,) if wanted else ENGINES:
        found = shutil.which(name)
        if found:
            return found
    raise CourseError(f"no container engine here: install {' or '.join((wanted,) if wanted else ENGINES)}")


def image_id(image: str) -> str:
    """SHA-256 of an image's configuration, which names its layers. Raises CourseError where it cannot be had."""
    path = engine()
    command = [path, "image", "inspect", "--format", "{{.Id}}", image]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout.strip().removeprefix("sha256:")
    said = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    if NO_IMAGE.search(said):
        raise CourseError(f"there is no image {image!r}: make image builds it")
    raise CourseError(f"{Path(path).name} cannot be asked for the image {image!r}: {said}")


def container(image: str, folder: Path, *, memory: str | None = None) -> list[str]:
    """The command that starts a grader with ``folder`` mounted, up to what ``course`` is asked for.

    memory: as the engines write it, such as ``16g``. Raises CourseError.
    """
    path = engine()
    name = Path(path).name
    owner = folder.stat()
    if owner.st_uid == 0:
        raise CourseError(f"{folder} belongs to root, whom the grader is not: chown it to who is to own the marks")
    command = [path, "run", "--rm", *LESS, *MORE, *MORE_OF[name], f"--user={owner.st_uid}:{owner.st_gid}"]
    if name == "podman" and os.geteuid() != 0:
        command += ["--userns=keep-id"]
    if os.environ.get("COURSE_PROFILE") != "cpu":
        command += gpu.flags()
    if memory is not None:
        command += [f"--memory={memory}"]
    environment = {"COURSE_IMAGE": image_id(image)}
    environment |= {one: os.environ[one] for one in HANDED_ON if one in os.environ}
    command += [f"--env={key}={value}" for key, value in environment.items()]
    return [*command, f"--volume={folder}:/course", image]
