"""The student's image: what students work with, and nothing that grades them."""

import functools
import hashlib
import io
import json
import subprocess
import tarfile
from importlib.metadata import version

import pytest
from conftest import ROOT

from autograder.almanac import base
from autograder.image.engine import LESS
from autograder.models import smollm2

Layer = dict[str, str]  # SHA-256 by name, of one layer's files


@pytest.fixture(scope="module")
def layers(images: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Layer]]:
    """Of each image what its layers hold, those of the base left out: what a later layer hides is there, too."""
    saved = tmp_path_factory.mktemp("saved") / "images.tar"
    command = ["podman", "save", "--quiet", "--multi-image-archive", "--output", saved, *images.values()]
    subprocess.run(command, check=True)
    with tarfile.open(saved) as archive:
        read = functools.cache(functools.partial(_layer, archive))  # images share most of theirs
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
        found = {tag.split("/")[-1].split(":")[0]: one["Layers"][1:] for one in manifest for tag in one["RepoTags"]}
        layers = {target: [read(layer) for layer in found[name]] for target, name in images.items()}
    saved.unlink()
    return layers


def _layer(archive: tarfile.TarFile, name: str) -> Layer:
    with tarfile.open(fileobj=archive.extractfile(name)) as layer:
        return {one.name: _digest(layer.extractfile(one)) for one in layer if one.isfile()}


def _digest(file: io.BufferedIOBase | None) -> str:
    assert file is not None
    return hashlib.file_digest(file, "sha256").hexdigest()


def _ours(*patterns: str) -> set[str]:
    """Digests of files of the tree; those that hold next to nothing could be anybody's."""
    paths = [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.stat().st_size > 200}


def test_no_check_no_solution_and_no_grading_code_is_in_the_students(layers: dict[str, list[Layer]]) -> None:
    code = _ours("autograder/**/*.py", "tests/**/*.py") - _ours("autograder/image/student/*.py")
    notebooks = _ours("solutions/**/*.ipynb", "source/**/*.ipynb")
    found = {digest for layer in layers["student"] for digest in layer.values()}
    assert len(code) > 150
    assert len(notebooks) > 4
    assert not found & (code | notebooks)
    assert not [name for layer in layers["student"] for name in layer if "autograder" in name.split("/")]
    graders = {digest for layer in layers["grader"] for digest in layer.values()}
    assert len(graders & _ours("autograder/checks/**/*.py")) > 20  # they would have been found
    assert not graders & notebooks


@pytest.mark.parametrize("target", ["student", "grader"])
def test_no_secret_no_cache_and_no_tool_of_the_build_is_in_a_layer(layers: dict[str, list[Layer]], target: str) -> None:
    names = [name for layer in layers[target] for name in layer]
    assert len(names) > 10_000
    leftovers = ("root/", "tmp/", "var/", "wheels/", "package/", "locks/", "src/", "run/", "home/course/.cache")
    assert [name for name in names if name.startswith(leftovers)] == []
    parts = ("site-packages/pip/", "pip.conf", "/.git/", ".whl", "/.cache/", "id_rsa", ".netrc", ".pypirc")
    assert [name for name in names if any(part in name for part in parts)] == []


def test_models_are_those_of_the_course(layers: dict[str, list[Layer]]) -> None:
    for target in layers:
        files = {name: digest for layer in layers[target] for name, digest in layer.items()}
        for name, digest in smollm2.SHA256.items():
            assert files[f"opt/models/SmolLM2-135M-Instruct/{name}"] == digest
        assert "opt/models/SmolLM2-135M-Instruct/LICENSE" in files
        for name, digest in base.SHA256.items():
            assert files[f"opt/models/almanac/{name}"] == digest


def student(images: dict[str, str], *words: str) -> str:
    """What a command in the student's image prints."""
    less = [word for word in LESS if word != "--read-only"]  # it has a home to write to
    command = ["podman", "run", "--rm", *less, images["student"], *words]
    return subprocess.run(command, check=True, stdout=-1, text=True, timeout=300).stdout


LOOK = """
import json, os, shutil
print(json.dumps({
    "user": os.getuid(),
    "offline": os.environ["HF_HUB_OFFLINE"],
    "tools": [name for name in ("gcc", "cc", "make", "git", "pip", "course") if shutil.which(name)],
}))
"""


def test_students_are_nobody_special_and_offline(images: dict[str, str]) -> None:
    assert json.loads(student(images, "python", "-c", LOOK)) == {"user": 1000, "offline": "1", "tools": []}


SERVE = """
import json, subprocess, sys, time, urllib.error, urllib.request
server = subprocess.Popen([sys.argv[1], "--no-browser", "--port=8888", "--ServerApp.token=t", "--ip=127.0.0.1"],
                          stderr=subprocess.DEVNULL)
def status(path):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:8888/{path}?token=t", timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
end = time.monotonic() + 60
while status("api/status") != 200 and time.monotonic() < end:
    time.sleep(0.5)
lab = urllib.request.urlopen("http://127.0.0.1:8888/lab?token=t").read().decode()
begin = lab.index('<script id="jupyter-config-data"')
page = json.loads(lab[lab.index(">", begin) + 1 : lab.index("</script>", begin)])
paths = ("api/status", "courses", "formgrader", "formgraders")
print(json.dumps({"status": {path: status(path) for path in paths}, "disabled": sorted(page["disabledExtensions"])}))
server.terminate()
"""


def test_students_have_their_assignments_in_lab_and_no_formgrader(images: dict[str, str]) -> None:
    found = json.loads(student(images, "python", "-c", SERVE, "jupyter-lab"))
    assert found["status"] == {"api/status": 200, "courses": 200, "formgrader": 404, "formgraders": 404}
    assert {"@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:create-assignment"} <= set(found["disabled"])


def test_the_hubs_server_is_there(images: dict[str, str]) -> None:
    assert student(images, "jupyterhub-singleuser", "--version").startswith(version("jupyterhub"))
