"""nbgrader, set up from ``nbgrader_config.py`` as its own commands do it."""

import contextlib
import difflib
import functools
import glob
import io
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbgrader.api
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.exchange.default import Exchange
from sqlalchemy import create_engine
from tornado.log import app_log
from traitlets.config import Config, Configurable

from autograder.errors import CourseError, typed

ANY, ALIKE = 0.6, 0.85  # how much of two names is the same

_log = logging.getLogger("autograder.nbgrader")


def load(root: Path) -> NbGrader:
    """The application whose configuration ``nbgrader autograde`` would use in this course folder.

    Changes into the folder, as nbgrader expects of its user. It logs to nobody until a handler is added.
    Raises CourseError where a configuration cannot be read: nbgrader would go on without it, and run students' code
    itself, in no sandbox. Also where it sets something that a class of ours does not have, or what cannot go well.
    """
    app = _initialised(root)
    if (configured := Path(app.coursedir.root)).resolve() != root.resolve():
        raise CourseError(
            f"c.CourseDirectory.root is {configured}, and this is {root}: go there, or change the setting"
        )
    _require_folders(app.coursedir, root.resolve())
    if (zone := Exchange(config=app.config).timezone) != "UTC":  # its short name would be written: CEST
        raise CourseError(f"c.Exchange.timezone is {zone}: nbgrader would misread its own time stamps. Leave it at UTC")
    return app


def _require_folders(directories: CourseDirectory, root: Path) -> None:
    """Raises CourseError where they lie elsewhere than what searches for them here takes for granted."""
    structure = CourseDirectory.directory_structure.default_value
    if directories.directory_structure != structure:
        raise CourseError(f"c.CourseDirectory.directory_structure is set: leave it at {structure}")
    for name in ("source", "release", "solution", "submitted", "autograded", "feedback"):
        folder = getattr(directories, f"{name}_directory")
        if not Path(os.path.normpath(root / folder)).is_relative_to(root):
            raise CourseError(f"c.CourseDirectory.{name}_directory is {folder}: name a folder within the course's own")


def load_scratch(root: Path) -> NbGrader:
    """The same for a copy of the course in another folder: whatever is configured, the course itself and its gradebook
    are not touched."""
    return _initialised(
        root, f"--CourseDirectory.root={root}", f"--CourseDirectory.db_url=sqlite:///{root}/gradebook.db"
    )


def _initialised(root: Path, *settings: str) -> NbGrader:
    """settings: as on nbgrader's command line, which wins over all files."""
    if glob.escape(str(root)) != str(root):  # nbgrader searches for paths as they are
        raise CourseError(f"nbgrader finds nothing in a folder with [, * or ? in its name: rename {root}")
    os.chdir(root)
    nbgrader.api.get_alembic_version = _newest_schema
    # nbgrader opens a gradebook ten times for each submission, each time with an engine that would write all SQL anew.
    nbgrader.api.create_engine = functools.cache(create_engine)
    app = NbGrader(log=_log, raise_config_file_errors=True)
    app.log.propagate = False
    for log in (app.log, app_log):  # the latter is where nbgrader's gradebook says of an error what it raises as well
        log.addHandler(logging.NullHandler())
    with logged(app) as said:
        try:
            app.initialize([*settings], root=str(root))
        except SystemExit as error:  # a value that does not fit, of what nbgrader sets first
            lines = said.getvalue().strip().splitlines() or ["it ends the program"]
            raise CourseError(f"nbgrader_config.py: {lines[-1]}") from error
        except Exception as error:  # whatever the file raises
            why = typed(error)
            raise CourseError(f"nbgrader_config.py cannot be read: {why}") from error
    _require_known(app.config)
    return app


def _require_known(config: Config) -> None:
    """Raises CourseError where a class of ours has no such setting, or one is misspelt, as far as they are imported.
    A class that is like none of ours may be anybody's."""
    kinds = {kind.__name__: kind for kind in _configurable(Configurable)}
    ours = {name: kind for name, kind in kinds.items() if kind.__module__.startswith("autograder.")}
    for section, settings in config.items():
        if section in ours:
            known = ours[section].class_trait_names(config=True)
            for name in (one for one in settings if one not in known):
                raise CourseError(f"nbgrader_config.py: {section} has no {name}{_meant(name, known, ANY)}")
        elif section not in kinds and (meant := _meant(section, ours, ALIKE)):
            raise CourseError(f"nbgrader_config.py: there is no {section}{meant}")


def _configurable(kind: type[Configurable]) -> Iterator[type[Configurable]]:
    for one in kind.__subclasses__():
        yield one
        yield from _configurable(one)


def _meant(name: str, known: Iterable[str], alike: float) -> str:
    return "".join(f"; is it {close}?" for close in difflib.get_close_matches(name, known, 1, alike))


def directories() -> CourseDirectory:
    """The current folder's course as its configuration has it, for what nbgrader calls without saying so."""
    app = NbGrader(log=_log, raise_config_file_errors=True)
    app.load_config_file()
    return CourseDirectory(parent=app, root=os.getcwd())


def _newest_schema() -> str:
    """What a new gradebook says of its tables. nbgrader would start `alembic` to ask for it, which takes two seconds
    and a PATH where that is found."""
    from alembic.script import ScriptDirectory  # only a new course needs it

    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    assert head is not None
    return head


@contextlib.contextmanager
def logged(app: NbGrader) -> Iterator[io.StringIO]:
    """Collects what nbgrader has to say from warnings upwards, in place of printing it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    app.log.addHandler(handler)
    app.log.setLevel(logging.WARNING)
    try:
        yield stream
    finally:
        app.log.removeHandler(handler)
