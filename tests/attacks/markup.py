"""What in a page would run, load or steer something. Looks for what attacks have put there, by their ``LOOT``."""

import json
import re

from bs4 import BeautifulSoup

from attacks.loot import LOOT

# Elements whose contents a browser does not merely show.
ACTIVE = ("script", "style", "iframe", "object", "embed", "template", "noscript", "foreignobject", "animate", "set")
SHOWN = {"title", "alt", "class", "aria-label", "summary", "id"}


def active_parts(page: str) -> list[str]:
    """Traces of an attack that are more than text, as a parser finds them."""
    soup = BeautifulSoup(page, "html.parser")
    found = [f"<{element.name}>" for element in soup.find_all(ACTIVE) if LOOT in "".join(element.strings)]
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            plain_link = element.name == "a" and name == "href" and text.startswith(("https://", "http://"))
            if LOOT in text and name not in SHOWN and not plain_link:
                found.append(f"<{element.name} {name}={text[:60]!r}>")
    return found


def outputs_active(data: bytes) -> list[str]:
    """The same for outputs in a notebook, which JupyterLab and the formgrader show."""
    try:
        cells = json.loads(data)["cells"]
    except (ValueError, KeyError):
        return []
    found = []
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        for kind, value in output.get("data", {}).items():
            text = "".join(value) if isinstance(value, list) else str(value)
            if kind in ("text/html", "text/markdown", "image/svg+xml"):
                found += active_parts(text)
            elif LOOT in text and kind not in ("text/plain", "image/png", "image/jpeg", "image/gif"):
                found.append(kind)
        found += _metadata(output)
    return found


def _metadata(output: dict[str, object]) -> list[str]:
    return ["metadata"] if LOOT in json.dumps(output.get("metadata", {})) else []


def escapes(data: bytes) -> list[str]:
    """Sequences in the texts of a JSON file that steer a terminal; what only colours is left alone."""
    text = re.sub(r"\\\\", "", data.decode("utf-8", "replace"))
    return sorted(set(re.findall(r"(?:[\x1b\x80-\x9f]|\\u001b|\\u00[89][0-9a-f])(?!\[[0-9;]*m).{0,8}", text)))
