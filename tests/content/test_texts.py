"""Texts to HTML: blanks as they are printed."""

from __future__ import annotations

from suyu_learn.content.texts import GAP, in_words, render, unbroken, with_blanks


def test_a_blank_is_one_piece_and_markup_stays_whole() -> None:
    html = unbroken(render(with_blanks('Water boils at __ or __________ ![____](x.png "____").'), "markdown"))
    assert html.count(f'<span class="sl-gap">{GAP}</span>') == 2
    assert f'<img src="x.png" alt="{GAP}" title="{GAP}">' in html
    assert unbroken(render("no blank", "plain")) == "<p>no blank</p>"


def test_words_have_the_same_blanks_as_the_paper() -> None:
    assert in_words("**Water** boils at ____ ℃.", "markdown", blanks=True) == f"Water boils at {GAP} ℃."
    assert in_words("an __init__ file", "plain") == "an __init__ file"
