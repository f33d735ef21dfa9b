"""Web pages, each one file that needs nothing else. A policy in the page allows no script."""

import functools
import re
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.clean.plain import plain


def page(template: str, **values: Any) -> str:
    """The page of a template by this name. What is no Markup is escaped."""
    return _environment().get_template(f"{template}.html.j2").render(**values)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["points"] = "{:g}".format
    return environment


def prose(text: str) -> str:
    """As HTML: escaped; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(plain(text)))
