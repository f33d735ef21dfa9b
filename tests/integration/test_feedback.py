"""What students and graders see of hostile and of honest work: autograded notebooks and feedback pages."""

import base64
import html
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Here, course_copy, run_course
from markup_oracle import elements_of, problems, text_of
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.api import Gradebook

from autograder.course import grade_id
from autograder.judge.check import load_misconceptions
from autograder.samples.demo import change

ASSIGNMENT = "chat-templates"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"

HOSTILE_OUTPUTS = r"""
from IPython.display import HTML, JSON, SVG, Javascript, Latex, Markdown, display

display(HTML("<script>alert('evil')</script><b onclick=evil()>x</b><img src=x onerror=evil()>"))
display(HTML("<a href='java\tscript:evil()'>x</a><iframe srcdoc='<script>evil()</script>'></iframe><h1>Full</h1>"))
display(HTML("<div style='position:fixed;top:0;width:100%;height:100%;z-index:99'>41 of 41 points</div>"))
display(HTML("<style>body{display:none}</style><form action=//evil.example><input><button>x</button></form>"))
display(HTML("<svg><p><style><a title='</style><img src=x onerror=evil()>'></svg>"))
display(Markdown("[x](javascript:evil()) ![x](https://evil.example/p.png) <img src=x onerror=evil()>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='evil()'></svg>"), Javascript("evil()"), JSON({"evil": 1}))
display(Latex(r"$\href{javascript:evil()}{x}$"))
display({"application/vnd.jupyter.widget-view+json": {"model_id": "evil"}}, raw=True)
display({"image/png": "iVBORw0KGgo=\" onerror=\"evil()"}, raw=True, metadata={"image/png": {"width": "1\" x=\"evil()"}})
print("\x1b]0;evil\x07\x1b[2J\x1b[38mdone \u202egnp.exe")
class Evil(Exception): pass
Evil.__name__ = "<img src=x onerror=evil()>"
raise Evil("<script>evil()</script>\x1b]0;evil\x07")
"""
HOSTILE_MARKDOWN = """# Mine

[x](javascript:evil()) <img src=x onerror=evil()>

<script>evil()</script>

<pre>

</pre><svg onload=evil()>
"""
HONEST_OUTPUTS = r"""
import io

import pandas
from IPython.display import HTML, Image, clear_output, display
from matplotlib.figure import Figure
from tqdm import tqdm

print("not to be kept")
clear_output()
figure, data = Figure((2, 1)), io.BytesIO()
figure.subplots().plot([1, 2])
figure.savefig(data)
display(Image(data.getvalue()))
display(pandas.DataFrame({"token": ["<s>", "Hi"]}))
display(HTML("<span style='background-color:#cfe8ff;padding:2px'>&lt;s&gt;</span>"))
print("\x1b[31mred\x1b[0m")
for _ in tqdm(range(3), desc="training"): pass
1 / 0
"""
HONEST_MARKDOWN = (
    "## Notes\n\nSome *emphasis* and `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n```python\nx\n\ny\n```\n"
)


def with_cells(notebook: NotebookNode, *cells: NotebookNode) -> NotebookNode:
    copy = nbformat.from_dict(notebook)
    copy.cells[3:3] = cells
    return copy


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of four, graded."""
    folder = course_copy(tmp_path_factory.mktemp("course"))
    solved = nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    hostile = [
        new_code_cell(HOSTILE_OUTPUTS),
        new_markdown_cell(HOSTILE_MARKDOWN),
        new_raw_cell("<script>evil()</script>\n\n<b>raw</b>"),
    ]
    honest = [new_code_cell(HONEST_OUTPUTS), new_markdown_cell(HONEST_MARKDOWN)]
    half = change(solved, "prefill", lambda source: source.replace("continue_final_message", "add_generation_prompt"))
    submissions = {"hostile": with_cells(solved, *hostile), "honest": with_cells(half, *honest), "nothing": None}
    for student, notebook in submissions.items():
        place = folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True)
        if notebook is not None:
            nbformat.write(notebook, place / NOTEBOOK)
    graded = run_course(folder, "grade", ASSIGNMENT)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    return folder


def autograded(course: Path, student: str) -> NotebookNode:
    return nbformat.read(course / "autograded" / student / ASSIGNMENT / NOTEBOOK, as_version=4)


def page_of(course: Path, student: str) -> str:
    return (course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")


def of_students(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("locked")]


def test_hostile_outputs_do_nothing_in_the_autograded_notebook(course: Path) -> None:
    notebook = autograded(course, "hostile")
    outputs = [output for cell in of_students(notebook) for output in cell.get("outputs", [])]
    shown = [output.data for output in outputs if "data" in output]
    assert {mime_type for data in shown for mime_type in data} == {"text/plain", "text/html"}
    assert [problem for data in shown for problem in problems(data.get("text/html", ""))] == []
    assert all(output.get("metadata", {}) == {} for output in outputs)
    assert "41 of 41 points" in "".join(data.get("text/html", "") for data in shown)  # words stay, in their place
    raw = json.dumps(notebook, ensure_ascii=False)
    assert not [sign for sign in ("\x1b]", "\x9b", "\u202e", "\\u001b]", "\\u001b[2J", "\\u001b[38m") if sign in raw]


def test_hostile_text_does_nothing_in_the_autograded_notebook(course: Path) -> None:
    notebook = autograded(course, "hostile")
    assert "raw" not in {cell.cell_type for cell in notebook.cells}
    rendered = [markdown2html_mistune(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    mine = [page for page in rendered if "evil" in page or "Mine" in page]
    assert len(mine) == 2
    assert [problem for page in mine for problem in problems(page)] == []


def test_authored_text_stays_as_it_is(course: Path) -> None:
    given = nbformat.read(ROOT / "release" / ASSIGNMENT / NOTEBOOK, as_version=4)
    authored = [cell.source for cell in given.cells if cell.cell_type == "markdown"]
    found = [cell.source for cell in autograded(course, "hostile").cells if cell.cell_type == "markdown"]
    assert [source for source in found if source in authored] == authored


def test_honest_outputs_survive(course: Path) -> None:
    notebook = autograded(course, "honest")
    (cell,) = (cell for cell in notebook.cells if "pandas" in cell.source)
    displayed = [output.data for output in cell.outputs if output.output_type == "display_data"]
    assert displayed[0]["image/png"].startswith("iVBORw0KGgo")
    assert '<table border="1" class="dataframe">' in displayed[1]["text/html"]
    assert '<span style="background-color: #cfe8ff; padding: 2px">&#60;s&#62;</span>' in displayed[2]["text/html"]
    streams = {output.name: output.text for output in cell.outputs if output.output_type == "stream"}
    assert streams["stdout"] == "\x1b[31mred\x1b[0m\n"
    assert "training: 100%" in streams["stderr"]
    assert streams["stderr"].count("training:") == 1
    assert cell.outputs[-1].ename == "ZeroDivisionError"
    page = page_of(course, "honest")
    assert f'<img src="data:image/png;base64,{displayed[0]["image/png"]}" alt="Output: ' in page
    assert '<span class="ansi-red-fg">red</span>' in page
    assert {"em", "table", "li", "pre", "code", "h3"} <= elements_of(page.partition("Notes</h3>")[2])


@pytest.mark.parametrize("student", ["hostile", "honest", "nothing"])
def test_page_loads_and_runs_nothing(course: Path, student: str) -> None:
    page = Page(page_of(course, student))
    assert not page.elements & {"script", "iframe", "object", "embed", "form", "input", "svg", "math", "base", "link"}
    assert not [name for name in page.attributes if name.startswith("on") or name in ("srcset", "srcdoc", "action")]
    assert all(url.startswith("data:image/png;base64,") for url in page.sources)
    assert all(url.startswith(("https://", "#")) for url in page.links)
    assert page.styles == 1
    assert page.policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    assert page.styles_moving == []


@pytest.mark.parametrize("student", ["honest", "nothing"])
def test_page_can_be_read_and_walked_by_anybody(course: Path, student: str) -> None:
    page = Page(page_of(course, student))
    assert page.language == "en"
    assert {"header", "nav", "main", "title"} <= page.elements
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert {url[1:] for url in page.links if url.startswith("#")} <= page.ids
    assert page.images_without_words == 0
    assert page.headers_without_scope == 0 or student == "honest"  # pandas writes none


def test_marks_are_at_the_top_and_lead_to_their_cells(course: Path) -> None:
    page = page_of(course, "honest")
    solved = nbformat.read(ROOT / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    graded = [grade_id(cell) for cell in solved.cells if grade_id(cell).endswith("-checks")]
    top = page[: page.index("<main")]
    assert [name for name in graded if f'href="#{name}"' in top] == graded
    assert all(page.count(f'id="{name}"') == 1 for name in graded)
    assert "No notebook was submitted" in text_of(page_of(course, "nothing"))


def test_what_was_misunderstood_stands_beside_the_mark(course: Path) -> None:
    verdict = json.loads((course / "verdicts" / ASSIGNMENT / "honest.json").read_text())
    found = {check["misconception"] for exercise in verdict["exercises"] for check in exercise["checks"]} - {None}
    misconceptions = load_misconceptions(ROOT / "autograder" / "checks" / ASSIGNMENT)
    page = page_of(course, "honest")
    rows = page[: page.index("<main")].split("<tr>")
    (row,) = (row for row in rows if 'href="#prefill-checks"' in row)
    assert found
    assert all(text_of(row).count(misconceptions[one].title) == 1 for one in found)
    assert "Remarks" not in page_of(course, "nothing")


def test_lessons_pictures_are_in_the_page_and_nobody_elses(here: Here, scratch: Path) -> None:
    assignment = "sft-or-prompting"
    notebook = nbformat.read(ROOT / "release" / assignment / f"{assignment}.ipynb", as_version=4)
    picture = (ROOT / "source" / assignment / "images" / "two-kinds.svg").read_bytes()
    place = scratch / "submitted" / "ada" / assignment
    place.mkdir(parents=True)
    mine = new_markdown_cell("![mine](images/two-kinds.svg) ![theirs](https://example.org/x.svg)")
    nbformat.write(with_cells(notebook, mine), place / f"{assignment}.ipynb")
    assert here(scratch, "grade", assignment).returncode == 0
    page = (scratch / "feedback" / "ada" / assignment / f"{assignment}.html").read_text()
    shown = re.findall(r'<img [^>]*alt="(.*?)"[^>]* src="data:image/svg\+xml;base64,(.*?)"', page)
    assert [words[:40] for words, _ in shown] == [
        "Two rows. Task fine-tuning: a text goes ",
        "Five questions, one below the other. 1, ",
    ]
    assert base64.b64decode(html.unescape(shown[0][1])) == picture
    assert text_of(page).count("[image left out:") == 2


def test_persons_mark_and_comment_are_shown_by_nbgraders_own_command(course: Path) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        place = (ASSIGNMENT, ASSIGNMENT, "honest")
        gradebook.find_grade("prefill-checks", *place).manual_score = 6.5
        gradebook.find_comment("prefill", *place).manual_comment = "Nearly *there*. <script>alert(1)</script>"
        gradebook.db.commit()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = ["nbgrader", "generate_feedback", ASSIGNMENT, "--student", "honest", "--force"]
    subprocess.run(command, cwd=course, env=environment, check=True, capture_output=True, timeout=120)
    page = page_of(course, "honest")
    top = text_of(page[: page.index("<main")])
    assert "6.5 / 7" in top
    assert "A grader changed this mark from 3 to 6.5." in top
    assert "Nearly <em>there</em>." in page
    assert "<script" not in page


class Page(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.headings: list[int] = []
        self.styles_moving: list[str] = []
        self.language = self.policy = ""
        self.styles = self.images_without_words = self.headers_without_scope = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.add(tag)
        self.attributes |= values.keys()
        self.ids |= {values["id"]} if "id" in values else set()
        self.links += [values["href"]] if "href" in values else []
        self.sources += [values["src"]] if "src" in values else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else []
        self.styles_moving += [values["style"]] if "position" in values.get("style", "") else []
        self.styles += tag == "style"
        self.language = values.get("lang", self.language) if tag == "html" else self.language
        self.policy = values["content"] if values.get("http-equiv") == "Content-Security-Policy" else self.policy
        self.images_without_words += tag == "img" and not values.get("alt")
        self.headers_without_scope += tag == "th" and "scope" not in values
