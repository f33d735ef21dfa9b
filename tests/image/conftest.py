"""Both images, built for the CPU on a base made here, and containers of them. Needs root, Podman, runc, debootstrap."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from image.containers import Tree, give

from autograder.image import build

# runc works without systemd and the second version of control groups; the limits are such as a container may set, too.
SETTINGS = """
[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
"""
BASE = "course-test-base"
NAMES = {target: f"course-test-{target}" for target in build.TARGETS}


@pytest.fixture(scope="session", autouse=True)
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Podman, which works without a daemon."""
    for tool in ("podman", "runc", "debootstrap", "gcc"):
        if shutil.which(tool) is None:
            pytest.fail(f"needs {tool}: apt-get install podman buildah runc debootstrap gcc", pytrace=False)
    if os.geteuid() != 0:
        pytest.fail("needs root: debootstrap makes the base of the images", pytrace=False)
    settings = tmp_path_factory.mktemp("podman") / "containers.conf"
    settings.write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(settings))
        patch.setenv("COURSE_ENGINE", "podman")
        yield


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small Debian with Python, made once on this machine."""
    if subprocess.run(["podman", "image", "exists", BASE], check=False).returncode != 0:
        root = tmp_path_factory.mktemp("base")
        packages = "--include=python3,python3-venv,ca-certificates"
        subprocess.run(["debootstrap", "--variant=minbase", packages, "bookworm", root], check=True)
        with subprocess.Popen(["tar", "-C", root, "--exclude=./dev/*", "-c", "."], stdout=subprocess.PIPE) as tar:
            subprocess.run(["podman", "import", "-", BASE], stdin=tar.stdout, check=True)
        shutil.rmtree(root)
    return BASE


@pytest.fixture(scope="session")
def images(base: str) -> dict[str, str]:
    """Names of the images, by target."""
    build.fetch("cpu", build.python_version(base))
    for target, name in NAMES.items():
        build.build(target, "cpu", base, name)
    return NAMES


@pytest.fixture
def tree(images: dict[str, str], tmp_path: Path) -> Tree:
    """Owned by an ordinary user."""
    root = tmp_path / "course"
    root.mkdir()
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, stdout=-1)
    for name in files.stdout.decode().split("\0"):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    give(root)
    return Tree(root, images["grader"])
