"""Figures and texts as reports show them: rounded halves up, formulas drawn."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from suyu_learn.web.i18n import number
from suyu_learn.web.report_tables import percent, stem_of, stem_shown


def test_one_of_sixteen_is_six_point_three_per_cent() -> None:
    assert percent(Decimal(1) / 16) == "6.3%"
    assert percent(None) == "–"


def test_a_number_has_two_places_at_most_and_no_useless_zeros() -> None:
    values = ("2.50", "0.665", "0.675", "3", "100")
    assert [number(Decimal(one)) for one in values] == ["2.5", "0.67", "0.68", "3", "100"]


def test_formulas_are_drawn_in_the_report_and_stay_words_in_its_files() -> None:
    asked: Any = SimpleNamespace(stem="By $v=\\sqrt{2gh}$, ____ <b>", text_format="markdown", content=None)
    shown = str(stem_shown(asked))
    assert '<span class="sl-formula" role="img" aria-label="v=\\sqrt{2gh}"></span>' in shown
    assert "<b>" not in shown
    assert stem_of(asked).startswith("By v=\\sqrt{2gh}")
    asked.stem = "Costs $5 & more"
    asked.text_format = "plain"
    assert stem_shown(asked) == "Costs $5 &amp; more"
