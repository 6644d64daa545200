"""Texts to HTML: blanks as they are printed, pictures, formulas, and nothing from elsewhere."""

from __future__ import annotations

import re
import time

import pytest

from suyu_learn.content.bare_addresses import linked
from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formula_faults import MOST_DRAWN, faults_of_formulas, with_sound_formulas
from suyu_learn.content.formulas import drawn
from suyu_learn.content.pictures import mark
from suyu_learn.content.texts import (
    GAP,
    formulas_in,
    in_words,
    render,
    render_inline,
    render_reading,
    unbroken,
    with_blanks,
)

SHA = "a1" * 32


def test_a_blank_is_one_piece_and_markup_stays_whole() -> None:
    html = unbroken(render(with_blanks(f"Water boils at __ or __________ {mark(SHA, '____')}."), "markdown"))
    assert html.count(f'<span class="sl-gap">{GAP}</span>') == 2
    assert f'<img src="media:{SHA}" alt="{GAP}">' in html
    assert unbroken(render("no blank", "plain")) == "<p>no blank</p>"


def test_words_have_the_same_blanks_as_the_paper() -> None:
    assert in_words("**Water** boils at ____ ℃.", "markdown", blanks=True) == f"Water boils at {GAP} ℃."
    assert in_words("an __init__ file", "plain") == "an __init__ file"
    assert in_words(f"{mark(SHA, 'a cat')} is $x^2$ **big**", "markdown") == "a cat is x^2 big"
    assert in_words(f"{mark(SHA, 'a cat')} is $x^2$", "plain") == "a cat is $x^2$"


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
def test_a_picture_keeps_its_place_and_shows_nothing_of_others(text_format: str) -> None:
    cat = mark(SHA, 'a <b> "cat"')
    html = render(f"See {cat}, ![x](media:zz).", text_format)
    assert html == f'<p>See <img src="media:{SHA}" alt="a &lt;b&gt; &#34;cat&#34;">, x.</p>' + "\n" * (
        text_format == "markdown"
    )
    assert render_inline(mark(SHA), text_format) == f'<img class="sl-picture__small" src="media:{SHA}" alt="">'


def test_pictures_from_elsewhere_are_a_link_or_words() -> None:
    html = render(
        "![a](https://x.org/1.png) ![b](//x.org/2.png) ![c](data:image/png;base64,AA) [d](media:e)", "markdown"
    )
    assert "<img" not in html
    assert html.count("<a ") == 2  # the last one's address is taken away
    assert 'href="https://x.org/1.png"' in html
    assert "media:e" not in html


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (
            "看https://example.org/a_b?x=1&y=2，再看 http://x.cn。",
            ["https://example.org/a_b?x=1&amp;y=2", "http://x.cn"],
        ),
        ("(https://x.org/a_(b)) and https://x.org/c.", ["https://x.org/a_(b)", "https://x.org/c"]),
        ("[https://x.org](https://y.org) <https://z.org>", ["https://y.org", "https://z.org"]),
        ("`https://x.org` xhttps://y.org https:// javascript://x", []),
        ("- **https://x.org/a** 的影片", ["https://x.org/a"]),
    ],
)
def test_an_address_in_a_lesson_is_a_link(text: str, addresses: list[str]) -> None:
    html = render_reading(text, "markdown", "Table")
    assert re.findall('href="([^"]*)"', html) == addresses
    assert html.count('rel="noopener noreferrer"') == len(addresses)
    assert "href" not in render("https://x.org", "markdown")  # questions stay as they are


def test_an_address_among_the_sources_is_a_link() -> None:
    line = 'GB 1 <b>: https://x.org/a?b=1&c="2".'
    assert linked(line) == (
        'GB 1 &lt;b&gt;: <a href="https://x.org/a?b=1&amp;c=" rel="noopener noreferrer">https://x.org/a?b=1&amp;c=</a>'
        "&#34;2&#34;."
    )
    assert linked("《办法》第三条") == "《办法》第三条"


def test_endless_addresses_are_read_in_no_time() -> None:
    began = time.monotonic()
    for hostile in ("https://a" + ")" * 200_000, "https://a.b " * 20_000, "https://" * 40_000):
        render_reading(hostile, "markdown", "Table")
        linked(hostile)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$x$ and $$y$$", ["x", "y"]),
        ("It costs $5 and $6.", []),
        ("It costs $ 5, not $6", []),
        ("从$5涨到$6", []),
        (r"\$x\$ `$y$` $z$", ["z"]),
        ("$a_1$ and $b*c*d$", ["a_1", "b*c*d"]),
        ("$$\na = b\n$$", ["a = b"]),
        ("$", []),
        ("$$", []),
        ("$$$$", []),
        ("$" * 1000, []),
    ],
)
def test_what_is_a_formula_and_what_is_money(text: str, found: list[str]) -> None:
    assert formulas_in(text) == found


def test_a_formula_keeps_its_place_with_its_source_for_who_hears_it() -> None:
    assert render("$a<b$", "markdown") == ('<p><span class="sl-formula" role="img" aria-label="a&lt;b"></span></p>\n')
    assert render("$a<b$", "plain") == "<p>$a&lt;b$</p>"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("速度", "formula.chinese"),
        (r"\text{速度}=1", "formula.chinese"),
        (r"\frac{1", "formula.unreadable"),
        (r"\unknown{1}", "formula.unreadable"),
        (r"\ce{x_a}", "formula.unreadable"),
        ("x" * 401, "formula.too_long"),
    ],
)
def test_what_cannot_be_drawn_says_why(source: str, code: str) -> None:
    assert [one.code for one in faults_of_formulas({"stem": f"${source}$"}, "markdown")] == [code]
    assert faults_of_formulas({"stem": f"${source}$"}, "plain") == []


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{a}{b}", r"\sqrt{x^2+y^2}", r"\sum_{i=1}^{n} x_i \le 3", r"10^{-3}\,\mathrm{m/s}", r"\alpha\pm\beta",
        r"\ce{2H2 + O2 -> 2H2O}", r"\ce{SO4^2-}", r"\ce{Fe^{3+}}", r"\ce{N2 + 3H2 <=> 2NH3}", r"\ce{CaCO3 v}",
        r"\left(\frac12\right)^2", r"\begin{cases}1&x>0\\0&x\le0\end{cases}",
    ],
)  # fmt: skip
def test_what_lessons_and_exams_have_is_drawn(source: str) -> None:
    svg = drawn(source)
    assert svg is not None
    assert svg.startswith("<svg viewBox=")
    assert 'em"' in svg
    assert "black" not in svg
    assert "\\ce" not in svg


@pytest.mark.parametrize(
    "source",
    [
        r"\sqrt{" * 50 + "x" + "}" * 50, "x^{" * 100 + "}" * 100, r"\frac" * 80, r"\left(" * 60, "{" * 400, "\\" * 400,
        r"\begin{matrix}" + r"1&2\\" * 60 + r"\end{matrix}", r"\hspace{1e9em}x", r"\rule{1e9em}{1e9em}", "a" * 400,
        r"\overline{" * 18 + "x" + "}" * 18, r"\left(" * 16 + "x" + r"\right)" * 16, r"\frac{" * 17 + "x" + "}{y}" * 17,
        r"\begin{cases}" * 7 + "x" + r"\end{cases}" * 7, r"\phantom{" * 14 + "x" + "}" * 14,
    ],
)  # fmt: skip
def test_a_hostile_formula_takes_neither_time_nor_room(source: str) -> None:
    began = time.process_time()
    svg = drawn(source)
    assert time.process_time() - began < 1
    assert svg is None or len(svg) < 100_000


@pytest.mark.parametrize(
    "source", [r"\color{url(https://evil.example/x)}x", r"\colorbox{url(//evil.example)}{x}", r"\textcolor{url(#a)}{x}"]
)
def test_a_formula_fetches_nothing(source: str) -> None:
    assert drawn(source) is None


def test_a_question_of_endless_formulas_is_refused_undrawn() -> None:
    stem = " ".join(f"${{a_{{{number}}}}}$" for number in range(101))
    began = time.monotonic()
    assert [one.code for one in faults_of_formulas({"stem": stem}, "markdown")] == ["formula.too_many"]
    stems = [" ".join(f"$b_{{{number}.{one}}}$" for one in range(90)) for number in range(60)]
    many = tuple(QuestionDraft(f"q{at}", "essay", {"stem": said}, "markdown") for at, said in enumerate(stems))
    drawn.forget()
    assert len(with_sound_formulas(BankFile(many)).items) == 60
    assert drawn.made <= MOST_DRAWN
    assert time.monotonic() - began < 10
