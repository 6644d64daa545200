"""Results by what people said of themselves, as tables: statistics alone, without few people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from suyu_learn.models import Exam
from suyu_learn.services import exam_about, reports
from suyu_learn.services.exam_about import AGES, Group
from suyu_learn.services.reports import Sight
from suyu_learn.web import report_tables, words
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import N_, _, number
from suyu_learn.web.pages.common import Alignment, Column
from suyu_learn.web.pages.reports import NameTable

FACTS = {"age": N_("Age"), "sex": N_("Sex"), "schooling": N_("Schooling"), "residence": N_("Lives")}


def tables(exam: Exam, sight: Sight, unshown: int | None) -> tuple[NameTable, ...]:
    """One table a fact, for those who may see the figures of the whole exam; none where the exam does not ask.
    `unshown` is left out: the viewer, where the exam does not show them their result."""
    own = reports.own_path(session(), exam)
    if not exam.ask_about or not sight.numbers.covers(own or None):
        return ()
    found = exam_about.groups(session(), exam, suppress_below=learn().settings.suppress_below,
                              nameless=not sight.names.covers(own or None), unshown=unshown)  # fmt: skip
    return tuple(
        NameTable(_(FACTS[fact]), _columns(fact), tuple(_row(fact, one) for one in groups))
        for fact, groups in found.items()
        if groups
    )


def cells(exam: Exam, sight: Sight, unshown: int | None) -> Iterator[tuple[str, ...]]:
    """The same as lines of one table: fact, group, figures."""
    for table in tables(exam, sight, unshown):
        yield from ((table.caption, *row) for row in table.rows)


HEADINGS = (N_("Asked about people"), N_("Group"), N_("Sat"), N_("Passed"), N_("Pass rate of sat"), N_("Mean"))


_VALUES: Mapping[str, Mapping[str, str]] = {
    "sex": {one.value: said for one, said in words.SEXES.items()},
    "schooling": {one.value: said for one, said in words.SCHOOLINGS.items()},
    "residence": {one.value: said for one, said in words.RESIDENCES.items()},
}


def _columns(fact: str) -> tuple[Column, ...]:
    return (Column(_(FACTS[fact])), *(Column(_(label), Alignment.NUMBER) for label in HEADINGS[2:]))


def _row(fact: str, one: Group) -> tuple[str, ...]:
    name = _name(fact, one.key)
    if one.hidden:
        return (name, *[report_tables.HIDDEN] * 4)
    return (name, str(one.sat), str(one.passed), report_tables.percent(one.pass_rate), number(one.mean) or "–")


def _name(fact: str, key: str) -> str:
    if not key:
        return _("not said")
    if fact == "age":
        return _age(int(key))
    return _(_VALUES[fact][key])


def _age(first: int) -> str:
    if first == 0:
        return _("under %(age)s", age=AGES[0])
    following = next((one for one in AGES if one > first), None)
    return _("%(age)s and older", age=first) if following is None else f"{first}–{following - 1}"
