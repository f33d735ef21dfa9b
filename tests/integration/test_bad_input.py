"""What ``course grade`` says when it cannot begin: one clear line, a status that is not 0, nothing half-written."""

import errno
import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import COURSE, ROOT, Here, Said
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from autograder.config import load
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook.access import LOCK
from autograder.gradebook.digest import HandedIn
from autograder.gradebook.run import Judged, require_gradable, run_and_judge
from autograder.gradebook.save import register_assignment
from autograder.gradebook.steps import require_steps
from autograder.grading import class_run
from autograder.grading.assignment import lower
from autograder.grading.converting import convert
from autograder.machine import cuda
from autograder.machine.cuda import Device, Driver
from autograder.machine.profile import profile
from autograder.models import smollm2
from autograder.samples import demo
from autograder.samples.answers import Answer
from autograder.sandbox import bubblewrap, libraries
from autograder.sandbox.limits import Limits

ASSIGNMENT = "chat-templates"


@pytest.fixture
def submitted(scratch: Path) -> Path:
    folder = scratch / "submitted" / "ada" / ASSIGNMENT
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder)
    return scratch


def refused(done: Said | subprocess.CompletedProcess[str], folder: Path, *words: str) -> None:
    assert done.returncode not in (0, 3)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]
    for name in ("autograded", "feedback", "verdicts", "grades.csv"):
        assert not (folder / name).exists()


def test_assignment_that_does_not_exist(here: Here, submitted: Path) -> None:
    refused(here(submitted, "grade", "chat-tempaltes"), submitted, "chat-tempaltes", "chat-templates")


def test_no_submissions(here: Here, scratch: Path) -> None:
    refused(here(scratch, "grade", ASSIGNMENT), scratch, "no submissions", "submitted/")


def test_student_who_has_not_submitted(here: Here, submitted: Path) -> None:
    refused(here(submitted, "grade", ASSIGNMENT, "--student", "bob"), submitted, "bob")


def test_folder_whose_name_is_no_student_s_id(here: Here, submitted: Path) -> None:
    (submitted / "submitted" / "ada").rename(submitted / "submitted" / "ada ")
    refused(here(submitted, "grade", ASSIGNMENT), submitted, f"ada /{ASSIGNMENT}: its name is no student's id: letters")


def test_folder_whose_name_is_no_student_s_id_stops_nobody_else_s(here: Here, submitted: Path) -> None:
    shutil.copytree(submitted / "submitted" / "ada", submitted / "submitted" / "Bob O'Brien")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert f"for a person: submitted/Bob O'Brien/{ASSIGNMENT}: its name is no student's id" in done.stdout
    assert (submitted / "verdicts" / ASSIGNMENT / "ada.json").is_file()
    assert not (submitted / "verdicts" / ASSIGNMENT / "Bob O'Brien.json").exists()
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write('c.CourseDirectory.student_id_exclude = "Bob O\'Brien"\n')
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "c.Autograde.autograde_preprocessors.remove(SanitizeNotebook)",
            "autograde_preprocessors lacks SanitizeNotebook",
        ),
        (
            "c.Autograde.autograde_preprocessors.insert(0, 'nbgrader.preprocessors.Execute')",
            "autograde_preprocessors has Execute",
        ),
        ("c.Autograde.sanitize_preprocessors = []", "sanitize_preprocessors lacks RestoreNotebook"),
        ("c.Autograde.pre_convert_hook = None", "pre_convert_hook lacks pre_convert"),
        ("c.Autograde.pre_convert_hook = print", "pre_convert_hook lacks pre_convert"),
    ],
)
def test_configuration_without_a_step_of_ours(here: Here, submitted: Path, line: str, said: str) -> None:
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write(line + "\n")
    refused(here(submitted, "grade", ASSIGNMENT), submitted, said)


def test_step_made_from_one_of_ours_is_as_good(submitted: Path) -> None:
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write("class Mine(SaveVerdict): pass\n")
        config.write("c.Autograde.autograde_preprocessors[-2] = Mine\n")
    require_steps(Course(load(submitted).coursedir))


def test_nbgraders_own_command_runs_nothing_where_its_own_step_would(
    here: Here, submitted: Path, tmp_path: Path
) -> None:
    place = submitted / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    trace = f"\nopen({str(tmp_path / 'trace')!r}, 'w').close()\n"
    solved = nbformat.read(place, as_version=4)
    nbformat.write(demo.change(solved, "prefill", lambda source: source + trace), place)
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograde.autograde_preprocessors.insert(0, 'nbgrader.preprocessors.Execute')\n")
    words = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--force"]
    done = subprocess.run(words, cwd=submitted, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode != 0
    assert "autograde_preprocessors has Execute. Take it out" in done.stderr
    assert not (tmp_path / "trace").exists()


def test_outside_a_course(here: Here, tmp_path: Path) -> None:
    refused(here(tmp_path, "grade", ASSIGNMENT), tmp_path, "nbgrader_config.py")


def test_gradebook_locked_by_another_process(here: Here, submitted: Path) -> None:
    with sqlite3.connect(submitted / "gradebook.db") as holder:
        holder.execute("CREATE TABLE held (number INTEGER)")
        holder.commit()
        holder.execute("BEGIN EXCLUSIVE")
        refused(here(submitted, "grade", ASSIGNMENT), submitted, "gradebook", "locked")


def test_gradebook_that_is_none(here: Here, submitted: Path) -> None:
    (submitted / "gradebook.db").write_text("this is no database, whatever its name says" * 100)
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "gradebook", "restore a copy of it")


def test_gradebook_that_cannot_be_opened(here: Here, submitted: Path) -> None:
    (submitted / "gradebook.db").mkdir()
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "gradebook")


@pytest.mark.filterwarnings("default")  # nbgrader grades in this process, and its libraries warn
def test_cells_that_came_after_grading(here: Here, submitted: Path) -> None:
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0
    text = submitted / "source" / ASSIGNMENT / f"{ASSIGNMENT}.pct.py"
    text.write_text(text.read_text() + '\n# %% id="afterthought"\nx = 1\n')
    assert here(submitted, "build").returncode == 0
    done = here(submitted, "grade", ASSIGNMENT)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "other cells" in done.stderr


@pytest.mark.filterwarnings("default")  # nbgrader grades in this process, and its libraries warn
def test_folder_that_cannot_be_written(here: Here, submitted: Path) -> None:
    (submitted / "verdicts").write_text("a file where a folder should be")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode not in (0, 3)
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_profile_that_this_machine_does_not_have(here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile.cache_clear()
    monkeypatch.setenv("COURSE_PROFILE", "tpu")
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "COURSE_PROFILE")
    profile.cache_clear()


@pytest.fixture
def on_gpu(submitted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A submission to what trains, on a machine whose driver is a stand-in."""
    folder = submitted / "submitted" / "ada" / "fine-tuning"
    shutil.copytree(ROOT / "solutions" / "fine-tuning", folder)
    monkeypatch.setenv("COURSE_PROFILE", "gpu")
    monkeypatch.setattr(cuda, "driver", lambda: Driver((13, 0), (Device("NVIDIA L4", 24 << 30, (8, 9)),)))
    monkeypatch.setattr(cuda, "toolkit", lambda: "13.0")
    monkeypatch.setattr(smollm2, "place", lambda: submitted / "nowhere")
    smollm2.folder.cache_clear()
    profile.cache_clear()
    yield submitted
    profile.cache_clear()
    smollm2.folder.cache_clear()


def test_real_model_is_missing(here: Here, on_gpu: Path) -> None:
    done = here(on_gpu, "grade", "fine-tuning")
    refused(done, on_gpu, "profile gpu needs SmolLM2: `make smollm2`", "COURSE_PROFILE=cpu does without")
    assert done.stdout.strip() == "profile gpu: NVIDIA L4"
    require_gradable(Course(load(on_gpu).coursedir), ASSIGNMENT, Limits())  # which trains nothing


def test_gpu_is_full(here: Here, on_gpu: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm2, "verify", lambda _: None)
    monkeypatch.setattr(cuda, "free", lambda: 1 << 30)
    refused(here(on_gpu, "grade", "fine-tuning"), on_gpu, "NVIDIA L4, has 1.0 GB of memory free", "COURSE_PROFILE=cpu")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("LatePolicy.share_per_day = 2", ("share_per_day", "greater than 1")),
        ("Limits.cell_cpu_seconds = 'x'", ("cell_cpu", "int")),
        ("Limits.submissions_at_once = 0", ("submissions_at_once", "less than 1")),
        ("Limits.disk_mib = 0", ("disk_mib", "less than 1")),
        ("LatePolicy.share_per_dya = 0.1", ("LatePolicy has no share_per_dya; is it share_per_day?",)),
        ("CanvasExport.heading = {}", ("CanvasExport has no heading",)),
        ("Limit.cell_cpu_seconds = 60", ("there is no Limit; is it Limits?",)),
    ],
)
def test_setting_that_does_not_fit(here: Here, submitted: Path, setting: str, words: tuple[str, ...]) -> None:
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.{setting}\n")
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "nbgrader_config.py", *words)


def test_no_sandbox_no_grading(submitted: Path) -> None:
    """In a user namespace that allows no further ones, bubblewrap cannot work."""
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", str(COURSE), "grade", ASSIGNMENT],
        cwd=submitted,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    refused(done, submitted, "no sandbox", "user namespaces")


def test_course_that_is_being_graded_already(here: Here, submitted: Path) -> None:
    with (submitted / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = here(submitted, "grade", ASSIGNMENT)
        with pytest.raises(CourseError, match="this course is being graded already"):
            lower(load(submitted), ASSIGNMENT, [])
    assert done.returncode == 1
    assert done.stderr == "error: this course is being graded already; wait until that is done\n"
    assert not (submitted / "autograded").exists()


def test_doctor_says_what_the_machine_allows(here: Here, scratch: Path) -> None:
    done = here(scratch, "doctor")
    assert done.returncode == 0, done.stdout
    for word in ("course", "gradebook", "GPU", "memory bound", "sandbox", "forked and ready in", "ready to grade"):
        assert word in done.stdout


def test_doctor_refuses_where_libraries_cannot_be_imported(
    here: Here, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(libraries.LIBRARIES, "trl", "no_such_module")
    done = here(scratch, "doctor")
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stdout


def test_doctor_refuses_a_machine_without_a_sandbox(here: Here, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "command", lambda *_, **__: ["/bin/false"])
    bubblewrap.require.cache_clear()
    done = here(scratch, "doctor")
    bubblewrap.require.cache_clear()
    assert done.returncode == 1
    assert "user.max_user_namespaces" in done.stdout
    assert "not ready to grade" in done.stdout


def test_checks_that_no_longer_fit_their_cells_are_not_graded_with(here: Here, submitted: Path) -> None:
    """They were changed, and nothing was built: marks would be out of other points than the notebook says."""
    checks = Path(shutil.copytree(ROOT / "autograder" / "checks", submitted / "autograder" / "checks"))
    file = checks / ASSIGNMENT / "test_prefill.py"
    text = file.read_text()
    file.write_text(text.replace("points=1", "points=7", 1))
    shutil.copytree(ROOT / "tests" / "answers" / ASSIGNMENT, submitted / "tests" / "answers" / ASSIGNMENT)
    for words in (["grade", ASSIGNMENT], ["verify", ASSIGNMENT]):
        refused(here(submitted, *words), submitted, 'checks="prefill" says points=7', "course build")
    register_assignment(Course(load(submitted).coursedir), ASSIGNMENT)  # as nbgrader's own command and button find it
    assert 'checks="prefill" says points=7' in str(convert(load(submitted), Autograde, "ada", ASSIGNMENT))
    assert not (submitted / "verdicts").exists()
    assert not list((submitted / "autograded").glob("*/*"))
    shutil.rmtree(submitted / "autograded")
    file.rename(file.with_name("test_prefil.py"))
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "checks without an exercise: prefil")
    file.with_name("test_prefil.py").unlink()
    refused(here(submitted, "grade", ASSIGNMENT), submitted, "prefill has no hidden checks", "test_prefill.py")


def test_notebook_that_was_set_aside_is_left_for_a_person(here: Here, submitted: Path) -> None:
    notebook = submitted / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.write_text(f"[{'[],' * 300_000}[]]")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert f"for a person: ada: {ASSIGNMENT}.ipynb was set aside." in done.stdout
    assert "too large" in (submitted / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def test_notebook_that_nbconvert_stumbles_over_is_named(here: Here, submitted: Path) -> None:
    path = submitted / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["language"] = 1
    path.write_text(json.dumps(notebook))
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert f"for a person: ada: {path.name} is not a notebook that can be read (AttributeError)." in done.stdout


def test_notebook_in_another_place_is_no_zero(here: Here, submitted: Path) -> None:
    folder, name = submitted / "submitted" / "ada" / ASSIGNMENT, f"{ASSIGNMENT}.ipynb"
    (folder / name).rename(folder / f"{ASSIGNMENT} (1).ipynb")
    (submitted / "submitted" / "bob").mkdir()
    shutil.copy(ROOT / "release" / ASSIGNMENT / name, submitted / "submitted" / "bob")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert f"for a person: ada: {name} is missing, but there is `{ASSIGNMENT} (1).ipynb`.\n" in done.stdout
    assert f"passed over: submitted/bob/{name} is in no assignment's folder\n" in done.stdout
    assert "a person looks at it" in (submitted / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    (folder / f"{ASSIGNMENT} (1).ipynb").rename(folder / name)
    done = here(submitted, "grade", ASSIGNMENT)
    assert "1 graded" in done.stdout, done.stdout


def test_failure_of_ours_costs_one_submission_and_is_told_with_its_reason(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(course: Course, found: HandedIn, *rest: Any) -> Judged:
        if found.student == "bob":
            raise OSError(errno.ENOSPC, "No space left on device")
        return run_and_judge(course, found, *rest)

    shutil.copytree(submitted / "submitted" / "ada", submitted / "submitted" / "bob")
    with monkeypatch.context() as patch:
        patch.setattr(class_run, "run_and_judge", full)
        done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert "for a person: bob: The grader failed: OSError: [Errno 28] No space left on device\n" in done.stdout
    assert "for a person: ada" not in done.stdout
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 0
    assert "1 unchanged, 1 graded" in done.stdout


def test_one_of_two_notebooks_that_was_set_aside_is_no_zero(here: Here, scratch: Path) -> None:
    folder = scratch / "submitted" / "ada" / "fine-tuning"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "fine-tuning" / "sft-trainer.ipynb", folder)
    (folder / "lora.ipynb").write_text(f"[{'[],' * 300_000}[]]")
    done = here(scratch, "grade", "fine-tuning")
    assert done.returncode == 3
    assert "for a person: ada: lora.ipynb was set aside." in done.stdout
    course = Course(load(scratch).coursedir)
    with Gradebook(course.directories.db_url) as gradebook:
        for notebook in gradebook.find_submission("fine-tuning", "ada").notebooks:
            aside = notebook.name == "lora"
            assert {grade.auto_score for grade in notebook.grades} == {None if aside else 0.0}
            assert {grade.needs_manual_grade for grade in notebook.grades} == {aside}
            for grade in notebook.grades:
                grade.manual_score, grade.needs_manual_grade = 1, False
        gradebook.db.commit()
    pages = scratch / "feedback" / "ada" / "fine-tuning"
    (pages / "lora.html").write_text("of an earlier submission")
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", "fine-tuning", "--force"]
    for alone in ([], ["--notebook", "sft-trainer"]):
        subprocess.run([*command, *alone], cwd=scratch, check=True, capture_output=True)
        assert {path.name for path in pages.glob("*.html")} == {"lora.html", "sft-trainer.html"}
        assert "lora.ipynb was set aside." in (pages / "lora.html").read_text()
    (folder / "new.txt").touch()
    assert "keeps a grader's 1" in here(scratch, "grade", "fine-tuning").stdout
    with Gradebook(course.directories.db_url) as gradebook:  # both are another submission's now, and one is not there
        for notebook in gradebook.find_submission("fine-tuning", "ada").notebooks:
            marks = {(grade.manual_score, grade.needs_manual_grade) for grade in notebook.grades}
            assert marks == {(1, True)}, notebook.name


def test_what_is_handed_in_while_a_class_is_graded_is_judged_as_it_is(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first submission has been run when a newer one comes in, and before nbgrader takes it in."""
    file = submitted / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    shutil.copy(ROOT / "release" / ASSIGNMENT / file.name, file)

    def and_another_comes_in(*words: Any) -> Judged:
        judged = run_and_judge(*words)
        shutil.copy(ROOT / "solutions" / ASSIGNMENT / file.name, file)
        return judged

    monkeypatch.setattr(class_run, "run_and_judge", and_another_comes_in)
    done = here(submitted, "grade", ASSIGNMENT)
    assert "41 │ all passed" in done.stdout, done.stdout + done.stderr
    assert "1 unchanged" in here(submitted, "grade", ASSIGNMENT).stdout


def test_submission_that_is_a_link_is_for_a_person(here: Here, submitted: Path) -> None:
    (submitted / "submitted" / "eve").mkdir()
    (submitted / "submitted" / "eve" / ASSIGNMENT).symlink_to(f"../ada/{ASSIGNMENT}")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    assert f"for a person: submitted/eve/{ASSIGNMENT}: it is reached through a link\n" in done.stdout
    assert "1 graded" in done.stdout
    one = here(submitted, "grade", ASSIGNMENT, "--student", "eve")
    assert "it is reached through a link" in one.stderr


def test_submission_that_may_not_be_read_is_for_a_person(
    here: Here, submitted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = {submitted / "submitted" / name for name in (f"eve/{ASSIGNMENT}", "zoe")}
    for folder in closed:
        folder.mkdir(parents=True)
    may = os.access  # root may read everything
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in closed and may(path, mode))
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 3
    for folder in closed:
        assert f"for a person: {folder.relative_to(submitted)}: it may not be read\n" in done.stdout
    assert "1 graded" in done.stdout


def test_student_who_is_excluded_is_not_run(here: Here, submitted: Path) -> None:
    shutil.copytree(submitted / "submitted" / "ada", submitted / "submitted" / "bob")
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.student_id_exclude = 'bob'\n")
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 0
    assert "bob" not in done.stdout
    done = here(submitted, "grade", ASSIGNMENT, "--student", "bob")
    assert done.stderr == "error: 'bob' is left out: c.CourseDirectory.student_id_exclude names them\n"


@pytest.mark.parametrize("due", [None, datetime(2026, 1, 1, tzinfo=UTC)])
def test_extension_of_what_has_no_due_date_makes_nobody_late(here: Here, submitted: Path, due: datetime | None) -> None:
    """Nor ends a run: nbgrader adds it to nothing."""
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0
    (submitted / "submitted" / "ada" / ASSIGNMENT / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    with Gradebook(Course(load(submitted).coursedir).directories.db_url) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=due)
        gradebook.grant_extension(ASSIGNMENT, "ada", hours=4)
    done = here(submitted, "grade", ASSIGNMENT)
    assert done.returncode == 0
    assert (",1200," in (submitted / "grades.csv").read_text()) is (due is not None)  # minutes


def test_base_that_is_another_one_is_told_before_anything_is_run(here: Here, scratch: Path) -> None:
    folder = scratch / "submitted" / "ada" / "fine-tuning"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "fine-tuning" / "lora.ipynb", folder)
    (scratch / "source" / "fine-tuning" / "base" / "model.safetensors").write_text("version https://git-lfs")
    done = here(scratch, "grade", "fine-tuning")
    assert done.returncode == 1
    assert "the small base is not complete: restore " in done.stderr
    assert not (scratch / "verdicts").exists()


def test_notebooks_that_come_or_go_after_grading_are_refused(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scratch)
    course = Course(load(scratch).coursedir)
    names = {path.stem for path in course.notebooks("fine-tuning")}
    register_assignment(course, "fine-tuning")
    with Gradebook(course.directories.db_url) as gradebook:
        gradebook.add_notebook("adapters", "fine-tuning")
    register_assignment(course, "fine-tuning")
    with Gradebook(course.directories.db_url) as gradebook:
        assert {one.name for one in gradebook.find_assignment("fine-tuning").notebooks} == names
        gradebook.add_student("ada")
        gradebook.add_submission("fine-tuning", "ada")
    (scratch / "source" / "fine-tuning" / "lora.ipynb").rename(scratch / "source" / "fine-tuning" / "adapters.ipynb")
    with pytest.raises(CourseError, match="had other notebooks when submissions were graded with it: lora, sft"):
        register_assignment(course, "fine-tuning")


def test_submission_that_nbgrader_made_without_notebooks_gets_them(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The due date is set in a terminal, and nbgrader autograde runs before anything has told of the notebooks."""
    monkeypatch.chdir(scratch)
    course = Course(load(scratch).coursedir)
    with Gradebook(course.directories.db_url) as gradebook:
        gradebook.add_assignment("fine-tuning", duedate="2026-05-01 18:00:00 UTC")
        gradebook.add_student("ada")
        gradebook.add_submission("fine-tuning", "ada", timestamp="2026-05-02 12:00:00 UTC")
        gradebook.grant_extension("fine-tuning", "ada", days=2)
    register_assignment(course, "fine-tuning")
    register_assignment(course, "fine-tuning")
    with Gradebook(course.directories.db_url) as gradebook:
        submission = gradebook.find_submission("fine-tuning", "ada")
        graded = [grade.name for notebook in submission.notebooks for grade in notebook.grades]
        assert (f"{submission.timestamp}", submission.total_seconds_late) == ("2026-05-02 12:00:00", 0)
    assert sorted(graded) == sorted(f"{one.id}-checks" for one in course.exercises("fine-tuning"))


@pytest.mark.parametrize("words", [("verify",), ("build",), ("demo",)])
def test_course_without_a_source_is_told_in_one_line(
    here: Here, scratch: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TMPDIR", str(scratch / "tmp"))  # of the demo
    monkeypatch.setattr(tempfile, "tempdir", None)
    (scratch / "tmp").mkdir()
    shutil.rmtree(scratch / "source")
    done = here(scratch, *words)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(scratch) in done.stderr


def test_demo_ends_with_a_page_that_is_there(here: Here, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """README's first command, with one student in place of twenty; by the folder's own checks, where it has some."""
    monkeypatch.setattr(tempfile, "tempdir", str(scratch / "tmp"))
    (scratch / "tmp").mkdir()
    shutil.copytree(ROOT / "tests" / "answers" / ASSIGNMENT, scratch / "tests" / "answers" / ASSIGNMENT)
    checks = scratch / "autograder" / "checks" / ASSIGNMENT
    shutil.copytree(ROOT / "autograder" / "checks" / ASSIGNMENT, checks)
    source = (checks / "test_prefill.py").read_text()
    (checks / "test_prefill.py").write_text(re.sub(r'@check\(\s*"', '@check("Our own: ', source))
    whole = demo.hand_in

    def one(course: Course, answers: list[Answer]) -> list[str]:
        for student in set(whole(course, answers)) - {"misconceptions-1"}:
            shutil.rmtree(course.submitted(student, ASSIGNMENT).parent)
        return course.students(ASSIGNMENT)

    monkeypatch.setattr(demo, "hand_in", one)
    done = here(scratch, "demo")
    assert done.returncode == 0, done.stderr
    (page,) = re.findall(r"^open one: (.*)$", done.stdout, re.MULTILINE)
    assert {"Your answer", "Our own: "} <= set(re.findall("Your answer|Our own: ", Path(page).read_text()))


def test_gradebook_s_address_may_have_options(here: Here, submitted: Path) -> None:
    with (submitted / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = 'sqlite:///{submitted}/gradebook.db?timeout=30'\n")
    assert here(submitted, "grade", ASSIGNMENT).returncode == 0
    assert sorted(path.name for path in submitted.glob("gradebook*")) == ["gradebook.db"]
