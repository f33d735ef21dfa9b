"""Outputs, Markdown and text of a submission: nothing in them can do anything, and what is honest is still there."""

import base64
import contextlib
import io
import json
import re
import time
from pathlib import Path

import mistune
import PIL.Image
import pytest
from hostile_markup import HOSTILE, HOSTILE_MARKDOWN, PNG
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markup_oracle import elements_of, problems, text_of
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from autograder.clean.images import image
from autograder.clean.markup import MAX_CHARACTERS, MAX_DEPTH, TooMuch, clean_html, clean_markdown
from autograder.clean.plain import coloured, plain
from autograder.gradebook import sanitize as sanitizing
from autograder.gradebook.sanitize import clean_outputs, sanitize

KERNEL = {"name": "python3", "display_name": "Python 3"}


def html_output(markup: str) -> str:
    (output,) = clean_outputs([new_output("display_data", {"text/html": markup})])
    return str(output.data.get("text/html", ""))


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_in_html_can_do_anything(payload: str) -> None:
    assert problems(payload), "this one is no payload: without cleaning nothing is wrong with it"
    assert problems(clean_html(payload)) == []
    assert problems(html_output(payload)) == []


@pytest.mark.parametrize("payload", HOSTILE_MARKDOWN.values(), ids=HOSTILE_MARKDOWN.keys())
def test_nothing_in_markdown_can_do_anything_however_often_it_is_rendered(payload: str) -> None:
    assert problems(str(rendered_carelessly(payload))), "this one is no payload"
    source = clean_cell(new_markdown_cell(payload)).source
    assert "\n" not in source
    assert problems(source) == []
    for renderer in (markdown2html_mistune, commonmark.render):
        rendered = renderer(source)
        assert problems(rendered) == []
        assert text_of(rendered).strip() == text_of(source).strip()


commonmark = MarkdownIt("commonmark").enable("table")
rendered_carelessly = mistune.create_markdown(
    renderer=mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True), plugins=["table"]
)


def clean_cell(cell: NotebookNode) -> NotebookNode:
    notebook = new_notebook(cells=[cell])
    sanitize(notebook)
    return notebook.cells[0]


PIECES = [
    *("<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "&", "&lt;", "&#x3c;", ";", "=", "'", '"', "`"),
    *("script", "style", "svg", "math", "mtext", "mglyph", "noscript", "template", "title", "table", "td", "p", "b"),
    *(" onclick=alert(1)", " href=", " style=", " src=", "javascript:", "position:fixed", " ", "\n", "\t", "\0", "\r"),
    *("[x](", ")", "![", "]", "*", "_", "~~", "|", "\\", "$", "$$", "```", "> ", "- ", "\x1b[", "\u202e", "\ud800"),
]  # fmt: skip
scraps = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


@given(scraps)
def test_whatever_the_html_nothing_comes_of_it(markup: str) -> None:
    clean = clean_html(markup)
    assert problems(clean) == []
    assert clean_html(clean) == clean
    json.dumps(clean, ensure_ascii=False).encode()


@given(scraps)
def test_whatever_the_markdown_nothing_comes_of_it(source: str) -> None:
    clean = clean_markdown(source)
    assert problems(clean) == []
    assert "\n" not in clean
    assert problems(markdown2html_mistune(f"<div>{clean}</div>")) == []


LONG = {
    "open elements": "<div>" * 200_000,
    "open formatting": "".join(f"<b class={n}>" for n in range(9000)) + "</p><p>x" * 9000,
    "open tables": "<table><tr><td>" * 60_000,
    "open comments": "<!--" * 250_000,
    "open tags": "<a " * 300_000,
    "open quotes": "<a b='" * 150_000,
    "attributes": "<a" + " b=c" * 250_000,
    "spaces": "<a b" + " " * 1_000_000,
    "ends": "</b>" * 250_000,
    "entities": "&#0;" * 250_000,
    "a character with a long number": f"<p title='&#{'1' * 5000};'>&#{'1' * 5000}</p>",
    "ampersands": "&" * 1_000_000,
    "brackets": "<" * 1_000_000,
    "scripts": "<script></scrip" * 60_000,
    "escapes": "\x1b[0" * 300_000,
    "styles": ('<b style="border:' + "none " * 190 + 'x">') * 1000,
}


@pytest.mark.parametrize("markup", LONG.values(), ids=LONG.keys())
def test_long_html_takes_no_time(markup: str) -> None:
    began = time.process_time()
    with contextlib.suppress(TooMuch):
        assert len(clean_html(markup[: MAX_CHARACTERS // 8])) < MAX_CHARACTERS
    assert time.process_time() - began < 1


LONG_MARKDOWN = {
    "brackets": "[" * 20_000,
    "emphasis": "*a **b " * 3000,
    "quotes": ("> " * 50 + "a\n") * 200,
    "lists": "- " * 9000,
    "code": "`a" * 9000,
    "attributes": "x <a" + "\tx=a\ta" * 40,
    "the end of a heading": "# x" + " " * 200_000 + "y",
    "tables": "a|b\n-|-\n" * 9000,
    "tables of short rows": ("|" + "a|" * 181 + "\n|" + "-|" * 181 + "\n" + "a\n" * 362 + "\n") * 150,
    "pictures": "![[]()" * 9000,
    "comments": "<!-" + "-" * 200_000,
}


@pytest.mark.parametrize("source", LONG_MARKDOWN.values(), ids=LONG_MARKDOWN.keys())
def test_long_markdown_takes_no_time(source: str) -> None:
    began = time.process_time()
    assert clean_cell(new_markdown_cell(source)).source
    assert time.process_time() - began < 5


@pytest.mark.parametrize("nested", ["".join(f"{'  ' * level}- a\n" for level in range(30)), "> " * 30 + "a\n\n"])
def test_nothing_is_lost_where_markdown_is_nested_deeply(nested: str) -> None:
    text = text_of(clean_cell(new_markdown_cell(f"{nested}\nafter\n\n# end")).source)
    assert "[not rendered: Markdown that is nested too deeply]" in text
    assert "# end" in text


def test_lists_of_usual_depth_are_rendered() -> None:
    assert clean_markdown("".join(f"{'  ' * level}- a\n" for level in range(9))).count("<li>") == 9


def test_too_much_is_left_out_and_named() -> None:
    assert "left out: more than 1024 kB" in html_output("x" * (MAX_CHARACTERS + 1))
    assert "left out: more than 20000 HTML elements" in html_output("<br>" * 20_001)
    with pytest.raises(TooMuch):
        clean_markdown("x" * 300_000)
    assert "not rendered" in clean_cell(new_markdown_cell("x" * 300_000)).source


def test_elements_stand_in_each_other_no_deeper_than_a_browser_bears() -> None:
    assert clean_html("<b>" * 100 + "x") == "<b>" * MAX_DEPTH + "x" + "</b>" * MAX_DEPTH


def test_page_behind_a_link_does_not_learn_where_it_was() -> None:
    link = '<a href="https://huggingface.co" rel="noopener noreferrer nofollow">x</a>'
    assert clean_html('<a href="https://huggingface.co" rel="opener">x</a>') == link


@pytest.mark.parametrize(
    ("mime_type", "value"),
    [
        ("image/svg+xml", "<svg onload=alert(1)>"),
        ("application/javascript", "alert(1)"),
        ("text/latex", r"$\href{javascript:alert(1)}{x}$"),
        ("application/json", {"a": 1}),
        ("application/vnd.jupyter.widget-view+json", {"model_id": "x"}),
        ("application/vnd.plotly.v1+json", {}),
        ("text/vnd.mermaid", "graph TD; a-->b"),
        ("application/pdf", "JVBERi0="),
        ("image/png", 'iVBORw0KGgo=" onerror="alert(1)'),
        ("image/png", "PHNjcmlwdD4="),
        ("image/jpeg", PNG),
        ("image/png", "not base64 at all"),
        ("image/png", ["iVBORw0KGgo="]),
        ("text/html", ["<b>", "x"]),
        ("text/html", "<script>alert(1)</script>"),
        ("text/plain", 5),
    ],
)
def test_representation_that_cannot_be_shown_is_named(mime_type: str, value: object) -> None:
    output = {"output_type": "display_data", "metadata": {}, "data": {mime_type: value}}
    (clean,) = clean_outputs([output])
    assert clean.data == {"text/plain": f"[left out: {mime_type}]"}
    output["data"]["text/plain"] = "a figure"  # type: ignore[index]
    if mime_type != "text/plain":
        (clean,) = clean_outputs([output])
        assert clean.data == {"text/plain": f"a figure\n[left out: {mime_type}]"}


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "<script>", "text": "x", "extra": "<script>"},
        {"output_type": "stream", "name": "stdout", "text": ["x"]},
        {"output_type": "stream"},
        {"output_type": "error", "ename": ["E"], "evalue": None, "traceback": "x"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": [1, "x"], "extra": 1},
        {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {"image/png": {"width": '1" x="'}}},
        {"output_type": "execute_result", "data": {"text/plain": "x"}, "execution_count": "<script>", "metadata": {}},
        {"output_type": "execute_result", "data": [], "metadata": {}},
        {"output_type": "display_data", "data": {"<script>": "x", "a" * 500 + "/b": "y"}},
        {"output_type": "<script>alert(1)</script>"},
        {"output_type": ["stream"]},
        {},
        "<script>",
        None,
    ],
    ids=str,
)  # fmt: skip
def test_output_is_built_anew(output: object) -> None:
    (clean,) = clean_outputs([output])
    assert clean.get("metadata", {}) == {}
    assert "extra" not in clean
    assert "<script>" not in json.dumps(clean)
    assert len(json.dumps(clean)) < 400


def test_what_is_not_a_list_of_outputs_is_none() -> None:
    assert clean_outputs({"0": "x"}) == []


def test_outputs_without_number_are_cut() -> None:
    clean = clean_outputs([new_output("display_data", {"text/plain": "x"})] * 1000)
    assert len(clean) == sanitizing.MAX_OUTPUTS + 1
    assert "800 more outputs" in clean[-1].data["text/plain"]


def test_raw_cell_is_shown_as_text() -> None:
    cell = clean_cell(new_raw_cell("<script>alert(1)</script>\n\n[x](javascript:alert(1))"))
    assert cell.cell_type == "markdown"
    rendered = markdown2html_mistune(cell.source)
    assert problems(rendered) == []
    assert text_of(rendered).strip() == "<script>alert(1)</script>\n\n[x](javascript:alert(1))"


def test_mathjax_does_not_look_at_what_students_wrote() -> None:
    formula = r"$\href{javascript:alert(1)}{x}$"
    markup = [clean_cell(new_markdown_cell(formula)).source, html_output(formula)]
    (shown,) = clean_outputs([new_output("display_data", {"text/markdown": formula})])
    for one in [*markup, shown.data["text/html"]]:
        assert one.startswith('<div class="tex2jax_ignore mathjax_ignore">')
        assert text_of(one).strip() == formula


def test_notebook_keeps_nothing_that_a_kernel_gave() -> None:
    cell = new_code_cell("x = 1", execution_count=1, metadata={"execution": {"iopub.status.busy": "<script>"}})
    notebook = new_notebook(cells=[cell], metadata={"widgets": {"x": "<script>"}, "kernelspec": KERNEL})
    notebook.metadata.language_info = {"name": "<script>"}
    cell.execution_count = "<script>"
    sanitize(notebook)
    assert "<script>" not in json.dumps(notebook)
    assert notebook.metadata.kernelspec == KERNEL


def test_what_the_course_wrote_stays() -> None:
    locked = new_markdown_cell("[a](b)", metadata={"nbgrader": {"locked": True, "grade_id": "a"}})
    authored, own = new_markdown_cell("read *this*"), new_markdown_cell("read *that*")
    notebook = new_notebook(cells=[locked, authored, own])
    sanitize(notebook, {"read *this*"})
    assert [cell.source for cell in notebook.cells[:2]] == ["[a](b)", "read *this*"]
    assert "<em>that</em>" in notebook.cells[2].source


# what is honest survives


DATA_FRAME = """<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th>token</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>0</th>
      <td>&lt;s&gt;</td>
    </tr>
  </tbody>
</table>
</div>"""


def test_pandas_table_survives_without_its_style() -> None:
    without_style = re.sub(r"<style.*</style>", "", DATA_FRAME, flags=re.DOTALL)
    expected = without_style.replace("&lt;", "&#60;").replace("&gt;", "&#62;").replace("right;", "right")
    assert clean_html(DATA_FRAME) == expected


def test_coloured_tokens_survive() -> None:
    tokens = '<span style="background-color:#cfe8ff;padding:2px">Hi</span>'
    assert clean_html(tokens) == '<span style="background-color: #cfe8ff; padding: 2px">Hi</span>'


@pytest.mark.parametrize(
    "style",
    [
        "color: rgb(10, 20, 30)",
        "background: hsl(120, 50%, 90%)",
        "border: 1px solid #ccc; border-radius: 4px",
        "margin: 0 auto; max-width: 40em",
        "font-family: ui-monospace, monospace; font-weight: 600",
        "display: inline-block; text-align: center",
        "white-space: pre-wrap; line-height: 1.5",
        "border-collapse: collapse; width: 100%",
    ],
)
def test_ordinary_styles_survive(style: str) -> None:
    assert clean_html(f'<p style="{style}">x</p>') == f'<p style="{style}">x</p>'


def test_plot_survives() -> None:
    lines = "\n".join(PNG[start : start + 20] for start in range(0, len(PNG), 20)) + "\n"  # as IPython writes it
    (clean,) = clean_outputs([new_output("display_data", {"image/png": lines, "text/plain": "<Figure>"})])
    assert clean.data == {"image/png": PNG, "text/plain": "<Figure>"}
    embedded = f'<img src="data:image/png;base64,{PNG}" alt="a plot" width="40">'
    assert clean_html(embedded) == embedded


def test_other_images_survive() -> None:
    for kind in ("png", "jpeg", "gif"):
        data = drawn(kind)
        assert image(f"image/{kind}", data) == data
        assert image(f"image/{kind}", base64.b64encode(base64.b64decode(data)[:8]).decode()) is None


def drawn(kind: str) -> str:
    file = io.BytesIO()
    PIL.Image.new("RGB", (640, 480)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(("kind", "at"), [("png", 16), ("jpeg", None), ("gif", 6)])
def test_image_that_claims_a_billion_pixels_is_left_out(kind: str, at: int | None) -> None:
    """A browser would take memory for them."""
    data = bytearray(base64.b64decode(drawn(kind)))
    at = data.index(b"\xff\xc0") + 5 if at is None else at
    data[at : at + (8 if kind == "png" else 4)] = b"\x00\x00\xff\xff" * 2 if kind == "png" else b"\xff" * 4
    assert image(f"image/{kind}", base64.b64encode(data).decode()) is None


MARKDOWN = """## My notes

Some *emphasis*, **more**, ~~less~~, `code` and [a link](https://huggingface.co/docs?a=1&b=2).

| a | b |
|---|--:|
| 1 | 2 |

- one
- two

```python
x = [1]

print(x)
```
"""


def test_markdown_survives() -> None:
    source = clean_cell(new_markdown_cell(MARKDOWN)).source
    rendered = markdown2html_mistune(source)
    assert elements_of(rendered) >= {
        "h2",
        "p",
        "em",
        "strong",
        "s",
        "code",
        "a",
        "table",
        "th",
        "td",
        "ul",
        "li",
        "pre",
    }
    assert "x = [1]\n\nprint(x)" in text_of(rendered)
    assert 'href="https://huggingface.co/docs?a=1&#38;b=2"' in source


def test_sloppy_html_is_tidied() -> None:
    assert clean_html("<ul><li>a<li>b</ul><p>c<p>d") == "<ul><li>a</li><li>b</li></ul><p>c</p><p>d</p>"
    assert clean_html("<table><tr><td>a<td>b<tr><td>c</table>") == (
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    )
    assert text_of(clean_html("a < b && c > d")) == "a < b && c > d"


def test_headings_are_lowered() -> None:
    assert clean_html("<h1>a</h1><h5>b</h5>", headings_down=2) == "<h3>a</h3><h6>b</h6>"


# terminals


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\", "x"),
        ("\x1b]52;c;ZXZpbA==\x07x", "x"),
        ("\x1b]0;never ended\nx", "\nx"),
        ("\x1b[2J\x1b[Hx\x1b[1A\x1b[K", "x"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("\x1bcx\x1b(0", "x"),
        ("\x9b31mx\x9d0;t\x07", "31mx0;t"),
        ("a\bb\x7f\x00c\x0b\x0cd", "abcd"),
        ("\x1b\x1b[2J]0;x\x07", "]0;x"),
        ("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"),
        ("\ud800", "?"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("größer 漢字 🙂 אב", "größer 漢字 🙂 אב"),
    ],
)
def test_terminals_are_not_steered(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "code", ["\x1b[31m", "\x1b[0m", "\x1b[m", "\x1b[1;32m", "\x1b[38;5;208;01m", "\x1b[48;2;1;2;3m"]
)
def test_colours_survive(code: str) -> None:
    assert coloured(f"{code}x\x1b[2J") == f"{code}x"


@pytest.mark.parametrize(
    "code", ["\x1b[38m", "\x1b[48m", "\x1b[038m", "\x1b[1;38m", "\x1b[38;7m", "\x1b[?25m", "\x1b[31 m"]
)
def test_broken_colours_do_not(code: str) -> None:
    assert coloured(f"{code}x") == "x"


def test_a_broken_colour_would_break_the_formgrader() -> None:
    with pytest.raises(IndexError):
        ansi2html("\x1b[38mx")


@given(
    st.lists(st.sampled_from(["\x1b", "[", "]", "3", "8", ";", "5", "m", "x", "\x07", "\\", "\n", "0"])).map("".join)
)
def test_whatever_the_colours_they_can_be_shown(text: str) -> None:
    shown = coloured(text)
    ansi2html(shown)
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown).isprintable() or "\n" in shown
    assert "\x1b" not in plain(text)


# the page


def test_colours_of_the_page_can_be_told_from_what_is_behind_them() -> None:
    sheet = (Path(sanitizing.__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
    inks = set(re.findall(r"(?:[ {;]color|--ink|--quiet|--link): (#[0-9a-f]{6})", sheet))
    assert len(inks) > 10
    for ink in inks:
        for paper in ("#ffffff", "#f6f8fa", "#fff8c5"):
            assert contrast(ink, paper) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_much_markup_in_all_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by itself is allowed, and may take seconds."""
    monkeypatch.setattr(sanitizing, "MAX_MARKUP", 100)
    outputs = [new_output("display_data", {"text/markdown": "*a*" * 20, "text/plain": "plain"}) for _ in range(3)]
    notebook = new_notebook(
        cells=[new_code_cell(outputs=outputs), new_markdown_cell("*b*"), new_markdown_cell("# Ours")]
    )
    sanitize(notebook, authored=["# Ours"])
    code, theirs, ours = notebook.cells
    assert ["text/html" in output.data for output in code.outputs] == [True, False, False]
    assert all("plain" in output.data["text/plain"] for output in code.outputs)
    assert "<em>" not in theirs.source
    assert ours.source == "# Ours"


def test_what_comes_after_very_many_colours_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each becomes an element of the page, and a submission may have as many outputs as it likes."""
    monkeypatch.setattr(sanitizing, "MAX_COLOURS", 8)
    red = "\x1b[31mred\x1b[0m"
    outputs = [
        new_output("stream", text=red),
        new_output("display_data", {"text/plain": red}),
        new_output("error", ename="E", evalue="", traceback=[red, red]),
        new_output("stream", text=red),
        new_output("display_data", {"text/plain": red}),
        new_output("error", ename="E", evalue="", traceback=[red]),
    ]
    notebook = new_notebook(cells=[new_code_cell(outputs=outputs[:4]), new_code_cell(outputs=outputs[4:])])
    sanitize(notebook)
    shown = [output for cell in notebook.cells for output in cell.outputs]
    assert [shown[0].text, shown[1].data["text/plain"], shown[2].traceback] == [red, red, [red, red]]
    assert [shown[3].text, shown[4].data["text/plain"], shown[5].traceback] == ["red", "red", ["red"]]


def test_cells_are_not_counted_backwards() -> None:
    """nbformat does not write such a notebook, and the whole submission would be lost."""
    notebook = new_notebook(cells=[new_code_cell(outputs=[new_output("execute_result", {"text/plain": "1"})])])
    notebook.cells[0].execution_count = notebook.cells[0].outputs[0].execution_count = -7
    sanitize(notebook)
    assert notebook.cells[0].execution_count is None
    assert notebook.cells[0].outputs[0].execution_count is None
