"""The figures of questions in cells: for the page, its cards and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from suyu_learn.domain.questions import Choice
from suyu_learn.domain.rounding import ONE, half_up
from suyu_learn.domain.statistics import FEWEST_COMPARED, FEWEST_IN_GROUPS, Flag, OptionSpread, ScoreGroup, ratio
from suyu_learn.exports import Heading
from suyu_learn.services.bank_figures import FEWEST
from suyu_learn.services.bank_imports import readable_uid
from suyu_learn.services.report_items import ItemLine, ItemReport
from suyu_learn.services.report_questions import OTHER
from suyu_learn.web import item_words
from suyu_learn.web.i18n import N_, _, labelled, listed
from suyu_learn.web.item_words import FLAGS, GROUPS, number_of, of, too_few
from suyu_learn.web.pages.common import Action, Alignment, Column, Row
from suyu_learn.web.pages.items import ItemCard, Remark, SpreadBar, SpreadOption
from suyu_learn.web.question_figures import taken
from suyu_learn.web.report_tables import HIDDEN, choice_words, percent, plain_headings, stem_of, stem_shown

SHORTENED = 48
SIDES = (ScoreGroup.LOWER, ScoreGroup.MIDDLE, ScoreGroup.UPPER)

Cells = list[tuple[object, ...]]


def name_of(line: ItemLine) -> str:
    """A question by its number and the beginning of its stem."""
    stem = " ".join(stem_of(line.asked).split())
    short = stem if len(stem) <= SHORTENED else f"{stem[: SHORTENED - 1]}…"
    return f"{line.number}. {short}"


def anchor_of(line: ItemLine) -> str:
    """Where a question stands on the page."""
    return f"question-{line.asked.version_id}"


def share_right(line: ItemLine) -> str:
    """The share right with the number of marked answers."""
    if line.hidden.line or line.hidden.share_right:
        return HIDDEN
    numbers = line.figures.numbers
    if numbers.share_right is None:
        return _("not marked yet")
    return _("%(share)s of %(count)s", share=percent(numbers.share_right), count=numbers.marked)


def discrimination(line: ItemLine) -> str:
    """The discrimination with the number of papers compared, or why there is none."""
    figures = line.figures
    if line.hidden.line:
        return HIDDEN
    if not figures.enough:
        return too_few(figures.compared, FEWEST_COMPARED)
    if figures.discrimination is None:
        return _("none: all earned the same")
    return _("%(value)s (%(count)s papers)", value=number_of(figures.discrimination, 2), count=figures.compared)


def omitted(line: ItemLine) -> str:
    """How many left it open, of all who were asked."""
    if line.hidden.line or line.hidden.omitted:
        return HIDDEN
    return of(line.figures.numbers.omitted, line.figures.asked)


def not_reached(line: ItemLine) -> str:
    """How many did not come to it, of all who were asked."""
    if line.hidden.line or line.hidden.not_reached:
        return HIDDEN
    return of(line.figures.not_reached, line.figures.asked)


def time(line: ItemLine) -> str:
    """The median time with the number of papers that tell it."""
    if line.hidden.line:
        return HIDDEN
    known = line.spent.count if line.spent is not None else 0
    if line.spent is None or known < FEWEST:
        return too_few(known, FEWEST)
    return _("%(time)s (%(count)s papers)", time=taken(line.spent.median), count=known)


def remarks(line: ItemLine) -> str:
    """The names of its flags."""
    return listed(_(FLAGS[one.flag]) for one in line.flags)


def row(line: ItemLine) -> tuple[object, ...]:
    """One line of the table."""
    return (Action(name_of(line), f"#{anchor_of(line)}"), share_right(line), discrimination(line), omitted(line),
            not_reached(line), time(line), remarks(line))  # fmt: skip


LOWEST = -2.0
SORTS: dict[str, Callable[[ItemLine], Any]] = {
    "place": lambda line: (line.number, line.uid),
    "right": lambda line: float(line.figures.numbers.share_right or 0) if not line.hidden.share_right else LOWEST,
    "discrimination": lambda line: _known(line.figures.discrimination if line.figures.enough else None),
    "omitted": lambda line: _part(line.figures.numbers.omitted, line, hidden=line.hidden.omitted),
    "not_reached": lambda line: _part(line.figures.not_reached, line, hidden=line.hidden.not_reached),
    "time": lambda line: line.spent.median if line.spent is not None and line.spent.count >= FEWEST else LOWEST,
    "remarks": lambda line: tuple(-place for place in _seriousness(line)),
}
HEADINGS = (
    ("place", N_("Question")), ("right", N_("Share right")), ("discrimination", N_("Discrimination")),
    ("omitted", N_("Left open")), ("not_reached", N_("Not reached")), ("time", N_("Time (median)")),
    ("remarks", N_("Remarks")),
)  # fmt: skip
SMALLEST_FIRST = frozenset({"place", "right", "discrimination"})


def _known(value: float | None) -> float:
    return LOWEST if value is None else value


def _part(count: int, line: ItemLine, *, hidden: bool) -> float:
    return LOWEST if hidden else float(ratio(count, line.figures.asked) or 0)


def _seriousness(line: ItemLine) -> tuple[int, ...]:
    order = list(Flag)
    return tuple(order.index(one.flag) for one in line.flags) or (len(order),)


def letters_of(line: ItemLine) -> dict[str, str]:
    """The letter of each option in authored order; two of right and wrong stand in words."""
    if line.asked.type.code == "true_false":
        return {key: choice_words(one, line.asked) for key, one in line.choices.items()}
    return {key: chr(ord("A") + place) if place < 26 else str(place + 1) for place, key in enumerate(line.choices)}


def card(line: ItemLine, found: ItemReport, *, url: str, regrade_url: str) -> ItemCard:
    """One question in full."""
    letters = letters_of(line)
    numbers = line.figures.numbers
    facts = (
        Row(_("Asked"), HIDDEN if line.hidden.line else str(numbers.asked)), Row(_("Share right"), share_right(line)),
        Row(_("Discrimination"), discrimination(line)), Row(_("Left open"), omitted(line)),
        Row(_("Not reached"), not_reached(line)), Row(_("Time (median)"), time(line)),
    )  # fmt: skip
    grouped = bool(found.groups) and not line.hidden.groups and not line.hidden.line
    return ItemCard(
        anchor=anchor_of(line),
        number=str(line.number),
        stem=stem_shown(line.asked),
        uid=readable_uid(line.uid),
        facts=facts,
        remarks=tuple(_remark(one, letters, url, regrade_url) for one in line.flags),
        caption=_("Options"),
        columns=_option_columns(line, grouped=grouped),
        rows=tuple(_option_rows(line, letters, grouped=grouped)),
        chart=_chart(line, letters) if grouped and line.choices else (),
        note=_no_groups(line, found),
        url=url,
        open=any(one.flag.serious for one in line.flags),
    )


def _remark(raised: Any, letters: dict[str, str], url: str, regrade_url: str) -> Remark:
    actions = []
    if url:
        actions.append(Action(_("Open the question"), url))
    if regrade_url and raised.flag in (Flag.KEY, Flag.NEGATIVE):
        actions.append(Action(_("Mark anew"), regrade_url))
    return Remark(_(FLAGS[raised.flag]), item_words.tell(raised, letters), raised.flag.serious, tuple(actions))


def _option_columns(line: ItemLine, *, grouped: bool) -> tuple[Column, ...]:
    chosen = _("%(label)s (%(count)s)", label=_("Chosen"), count=line.figures.asked)
    columns = [Column(_("Option")), Column(chosen, Alignment.NUMBER)]
    if grouped:
        columns += [Column(_group_heading(side, line), Alignment.NUMBER) for side in SIDES]
    return (*columns, Column(_("Goes with the rest"), Alignment.NUMBER))


def _group_heading(side: ScoreGroup, line: ItemLine) -> str:
    return _("%(label)s (%(count)s)", label=_(GROUPS[side]), count=line.figures.sizes[side])


def _option_rows(line: ItemLine, letters: Mapping[str, str], *, grouped: bool) -> list[tuple[object, ...]]:
    if line.hidden.line or not line.choices:
        return []
    spread = {one.key: one for one in line.figures.options}
    counts = {one.key: one for one in line.figures.numbers.choices}
    rows: list[tuple[object, ...]] = []
    for key, choice in line.choices.items():
        cells: list[object] = [_option_name(line, choice, letters[key])]
        if key in line.hidden.options:
            rows.append((*cells, HIDDEN, *[HIDDEN] * (3 * grouped), HIDDEN))
            continue
        cells.append(_in_group(counts[key].count, line.figures.asked))
        if grouped:
            cells += [_in_group(spread[key].by_group[side], line.figures.sizes[side]) for side in SIDES]
        rows.append((*cells, _goes_with(line, spread[key])))
    open_cells = [_in_group(line.figures.omitted[side], line.figures.sizes[side]) for side in SIDES] if grouped else []
    left_open = HIDDEN if line.hidden.omitted else _in_group(line.figures.numbers.omitted, line.figures.asked)
    rows.append((_("Left open"), left_open, *open_cells, ""))
    return rows


def _option_name(line: ItemLine, choice: Choice, letter: str) -> str:
    words = choice_words(choice, line.asked)
    named = words if line.asked.type.code == "true_false" else f"{letter}. {words}"
    return _("%(option)s (right)", option=named) if choice.right else named


def _in_group(count: int, size: int) -> str:
    """A share with the count; of how many stands above."""
    return _("%(share)s (%(count)s)", share=percent(ratio(count, size)), count=count)


def _goes_with(line: ItemLine, spread: OptionSpread) -> str:
    if not line.figures.enough:
        return "–"
    return "–" if spread.correlation is None else number_of(spread.correlation, 2)


def _chart(line: ItemLine, letters: Mapping[str, str]) -> tuple[SpreadOption, ...]:
    spread = {one.key: one for one in line.figures.options}
    return tuple(
        SpreadOption(
            letters[key], choice.right,
            tuple(_bar(side, spread[key].by_group[side], line.figures.sizes[side]) for side in reversed(SIDES)),
        )
        for key, choice in line.choices.items()
    )  # fmt: skip


def _bar(side: ScoreGroup, count: int, size: int) -> SpreadBar:
    share = ratio(count, size)
    return SpreadBar(side.value, _(GROUPS[side]), f"{half_up((share or 0) * 100, ONE)}%", float((share or 0) * 100))


def _no_groups(line: ItemLine, found: ItemReport) -> str:
    if line.hidden.line:
        return _("Too few people were asked to show figures to somebody who may not see names.")
    if not line.choices:
        return _("There are no options to compare: the answer is written.")
    if found.groups is None:
        whole = sum(found.papers.whole.values())
        if whole < FEWEST_IN_GROUPS:
            return labelled(_("By score group"), too_few(whole, FEWEST_IN_GROUPS))
        return _("No score groups: too many people have the same points.")
    if line.hidden.groups:
        return _("By score group nothing is shown, since some numbers are of few people.")
    return ""


def items_table(found: ItemReport) -> tuple[list[Heading], Cells]:
    """The questions as cells, a line each; shares are numbers from 0 to 1."""
    headings = plain_headings(
        N_("No."), N_("Question"), N_("uid"), N_("Type"), N_("Asked"), N_("Marked (of these the share)"),
        N_("Share right"), N_("Papers compared"), N_("Discrimination"), N_("Left open"), N_("Not reached"),
        N_("Time (median, seconds)"), N_("Attempts that tell a time"), N_("Remarks"),
    )  # fmt: skip
    return headings, [_file_row(line) for line in found.lines]


def _file_row(line: ItemLine) -> tuple[object, ...]:
    figures, hidden = line.figures, line.hidden
    head = (line.number, stem_of(line.asked), readable_uid(line.uid), line.asked.type.code)
    if hidden.line:
        return (*head, *[HIDDEN] * 9, "")
    numbers = figures.numbers
    right = None if numbers.share_right is None else float(numbers.share_right)
    told = figures.discrimination if figures.enough else None
    timed = line.spent if line.spent is not None and line.spent.count >= FEWEST else None
    return (
        *head, numbers.asked, HIDDEN if hidden.share_right else numbers.marked,
        HIDDEN if hidden.share_right else right, figures.compared, told, HIDDEN if hidden.omitted else numbers.omitted,
        HIDDEN if hidden.not_reached else figures.not_reached, round(timed.median, 1) if timed else None,
        line.spent.count if line.spent else 0, remarks(line),
    )  # fmt: skip


def options_table(found: ItemReport) -> tuple[list[Heading], Cells]:
    """The options as cells, a line each, with how often each score group chose them."""
    headings = plain_headings(
        N_("No."), N_("Question"), N_("Option"), N_("Right"), N_("Chosen"), N_("Asked"), N_("Goes with the rest"),
        N_("Lower group: chosen"), N_("Lower group: asked"), N_("Middle group: chosen"), N_("Middle group: asked"),
        N_("Upper group: chosen"), N_("Upper group: asked"),
    )  # fmt: skip
    rows: Cells = []
    for line in found.lines:
        if not line.hidden.line:
            rows += [_option_cells(line, one, found) for one in line.figures.options if one.key != OTHER]
    return headings, rows


def _option_cells(line: ItemLine, spread: OptionSpread, found: ItemReport) -> tuple[object, ...]:
    choice = line.choices[spread.key]
    head = (line.number, stem_of(line.asked), f"{letters_of(line)[spread.key]}. {choice_words(choice, line.asked)}",
            "√" if choice.right else "")  # fmt: skip
    if spread.key in line.hidden.options:
        return (*head, *[HIDDEN] * 9)
    counts = {one.key: one.count for one in line.figures.numbers.choices}
    sides: Sequence[object] = [None] * 6
    if line.hidden.groups:
        sides = [HIDDEN] * 6
    elif found.groups is not None:
        sides = [cell for side in SIDES for cell in (spread.by_group[side], line.figures.sizes[side])]
    goes_with = spread.correlation if line.figures.enough else None
    return (*head, counts[spread.key], line.figures.asked, goes_with, *sides)
