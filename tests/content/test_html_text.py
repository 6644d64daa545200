"""HTML texts of other systems as Markdown and as plain text."""

from __future__ import annotations

import contextlib
import time
from html import escape, unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from suyu_learn.content.formats.html_text import looks_like_html, markdown_of, needs_markdown, plain_of
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.texts import render
from suyu_learn.domain.problems import Problem
from tests.refusals import code_of


def picture(source: str, alt: str) -> str:
    return f"![{alt}](media:{source})" if source else ""


def told(html: str) -> str:
    return markdown_of(html, picture=picture, losses=Losses())


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>一。</p><p>二。</p>", "一。\n\n二。"),
        ("一<br>二<br/>三", "一\n二\n三"),
        ("<div><div>一</div>二</div>", "一\n\n二"),
        ("是<b>“重点”</b>的", "是“**重点**”的"),
        ("<em> a </em>b", "*a* b"),
        ("<strong><p>a</p><p>b</p></strong>", "**a**\n\n**b**"),
        ("<s>old</s>", "~~old~~"),
        ("H<sub>2</sub>O, m<sup>2</sup>, x<sup>ab</sup>", "H₂O, m², x$^{ab}$"),
        ("<code>a*b</code> <code>`</code>", "`a*b` `` ` ``"),
        ("<pre>if x:\n  y</pre>", "```\nif x:\n  y\n```"),
        ("<ul><li>a<li>b<ol start='3'><li>c</ol></ul>", "- a\n- b\n  3. c"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td></tr></table>", "| a | b\\|c |\n| --- | --- |\n| 1 |  |"),
        ('<a href="https://a.cn/(x)">there</a>', "[there](https://a.cn/%28x%29)"),
        ("<h1>t</h1>x", "## t\n\nx"),
        ("<blockquote>a<br>b</blockquote>", "> a\n> b"),
        ('<img src="p.png" alt="火">', "![火](media:p.png)"),
        (r"\(x^2\) and \[ y \] and $$z$$", "$x^2$ and $$y$$ and $$z$$"),
        ('<img data-equation-content="\\frac{1}{2}" src="x">', r"$\frac{1}{2}$"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mfrac><mn>1</mn><mi>π</mi></mfrac></math>",
         r"${x}^{2} \le \frac{1}{\pi}$"),
        ("<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>\\bar x</annotation></semantics></math>",
         r"$\bar x$"),
        ("1. a - b * c # d_e $5 [x] a*b &amp;lt; a<b", r"1\. a - b \* c # d\_e \$5 \[x\] a\*b \&lt; a\<b"),
        ("____公里", "____公里"),
        ("<!-- a --><script>b</script><style>c</style>d", "d"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("<html><body><p>x</p></body></html>", "x"),
        ("<!-- a <b", r"\<!-- a \<b"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_as_markdown(html: str, markdown: str) -> None:
    assert told(html) == markdown


@pytest.mark.parametrize(
    ("html", "needed", "plain"),
    [
        ("<p>一</p><p>二 &lt; *三*</p>", False, "一\n\n二 < *三*"),
        ('a<br><img src="p">', False, "a\n![](media:p)"),
        ("H<sub>2</sub>O", False, "H₂O"),
        ("<b>a</b>", True, "a"),
        ("x<sup>ab</sup>", True, "x^(ab)"),
        (r"\(x\)", True, r"\(x\)"),
        ("<ul><li>a</ul>", True, "- a"),
        ("<a href='https://a.cn'>a</a>", True, "a"),
        ("<a href='x.html'>a</a>", False, "a"),
    ],
)
def test_plain_text_where_it_is_enough(html: str, needed: bool, plain: str) -> None:
    assert needs_markdown(html) is needed
    assert plain_of(html, picture=picture, losses=Losses()) == plain


def test_what_is_lost_is_told_once_a_kind() -> None:
    losses = Losses()
    markdown_of(
        "<u>a</u><font color=red>b</font><video src='/x/a.mp4'></video><blink>c</blink><blink>d</blink>"
        "<a href='@@PLUGINFILE@@/b.mp3'>e</a><table><tr><td colspan=2>f</table><math><maction>x</maction></math>",
        picture=picture, losses=losses,
    )  # fmt: skip
    assert [(one.code, dict(one.params)) for one in losses.told()] == [
        ("html.look_lost", {"count": 2}),
        ("html.media_lost", {"count": 1, "name": "a.mp4"}),
        ("html.tag_lost", {"count": 2, "tag": "blink"}),
        ("html.link_lost", {"count": 1, "name": "b.mp3"}),
        ("html.merged_cells", {"count": 1}),
        ("html.formula_lost", {"count": 1, "tag": "maction"}),
    ]


def test_endless_kinds_of_losses_become_one() -> None:
    losses = Losses()
    for number in range(1000):
        losses.add("html.tag_lost", tag=f"x{number}")
    assert len(losses.told()) == 61
    assert losses.told()[-1].params["count"] == 940


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab1 .-+*_#[]()!<>&;`~$\\|=:/\n“中，", max_size=30))
@example("- - -")
@example("a\n===")
@example("\\")
@example("&lt;")
@example("<http://a.b>")
@example("    a")
@example("1. a\n2) b")
def test_words_show_as_they_were(text: str) -> None:
    def words(shown: str) -> list[str]:
        return [line for line in (" ".join(line.split()) for line in shown.splitlines()) if line]

    markdown = told(escape(text).replace("\n", "<br>"))
    html = str(render(markdown, "markdown"))
    if any(sign in text for sign in ("$$", "\\(", "\\[", "__")):
        return  # formulas and blanks have signs of their own
    bare = html.replace("<br>", "\n").replace("</p>", "\n").replace("<p>", "")
    assert words(unescape(bare)) == words(text)


@pytest.mark.parametrize("text", ["a < b", "a<b>c", "a & b", "<<EOF", "x <y", "List<String>"])
def test_text_that_is_no_html(text: str) -> None:
    assert looks_like_html(text) is (text == "a<b>c")


@pytest.mark.parametrize(("html", "code"), [("x" * 100_001, "html.too_long"), ("<b>" * 300, "html.too_deep")])
def test_html_beyond_bounds(html: str, code: str) -> None:
    assert code_of(lambda: told(html)) == code


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<b>", '<a "', "<!--", "&", "&#", "<p>", "<table>", "<ul><li>", "\\(", "$$", "</b>", "`", "*",
     "<math>", "<sub>", "<td>", "[", "![", "_", "~", "<img>", "\\", "<br>", "<a href=x>", "\x00", "<b>a</b>"],
)  # fmt: skip
def test_hostile_html_takes_no_time(piece: str) -> None:
    started = time.process_time()
    text = (piece * 100_000)[:100_000]
    for call in (lambda: told(text), lambda: needs_markdown(text), lambda: looks_like_html(text)):
        with contextlib.suppress(Problem):
            call()
    assert time.process_time() - started < 5
