"""The rows of a paper's rules as a form sends them: read, kept as typed, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from werkzeug.datastructures import MultiDict

from suyu_learn.domain.papers.points import HUNDRED, share_out
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.models import Bank
from suyu_learn.services import exam_plans
from suyu_learn.services.exam_plans import MOST_RULES, RulePlan
from suyu_learn.services.paper_constraints import NO_CONDITIONS, ConstraintPlan
from suyu_learn.services.papers import Look
from suyu_learn.web import exam_kept, problems, rule_filters
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _, listed, ngettext, number
from suyu_learn.web.pages.common import Choice
from suyu_learn.web.pages.exam_managing import RuleFilter, RuleRow
from suyu_learn.web.printing import type_name as name_of_type
from suyu_learn.web.typed import is_number


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row as typed."""

    bank: str = ""
    type: str = ""
    count: str = ""
    points: str = ""
    topic: str = ""
    difficulty: str = ""
    criterion: str = ""
    dimension: str = ""
    tag: str = ""
    open: bool = False
    """Whether the row stands open where rows are folded."""

    @property
    def empty(self) -> bool:
        """Whether the row asks for nothing."""
        return not self.count.strip() or self.count.strip() == "0"


ONE = (1, 1)


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows ready to print, with what they come to."""

    rows: tuple[RuleRow, ...]
    total: str
    hundred: bool
    shortage: str
    passages: str
    """What the banks of the rows have beside single questions, while no row asks for it; empty for nothing."""
    look: Look | None = None


def read(form: MultiDict[str, str]) -> list[TypedRow]:
    """The rows of a form, in order."""
    columns = [form.getlist(f"rule_{name}") for name in ("bank", "type", "count", "points")]
    narrower = [form.getlist(f"rule_{name}") for name in rule_filters.NAMES]
    rows = list(zip(*columns, strict=False))[:MOST_RULES]
    opened = form.getlist("open")
    return [
        replace(
            TypedRow(*values, *(those[place] if place < len(those) else "" for those in narrower)),
            open=f"row-{place + 1}" in opened,
        )
        for place, values in enumerate(rows)
    ]


def typed(rules: Iterable[RulePlan]) -> list[TypedRow]:
    """Rules as they are typed."""
    return [
        TypedRow(str(one.bank_id), one.type, str(one.count), number(one.points), one.topic, one.difficulty,
                 str(one.criterion or ""), one.dimension, one.tag)
        for one in rules
    ]  # fmt: skip


def with_passages(rows: Sequence[TypedRow], banks: Sequence[Bank]) -> list[TypedRow]:
    """The rows and one more, for a passage of the first bank that has some and is not asked for any."""
    have = exam_plans.passage_counts(session(), [one.id for one in banks])
    wanted = next(iter(_unasked(rows, have)), None)
    if wanted is None or len(rows) >= MOST_RULES:
        return list(rows)
    points = next((row.points for row in reversed(rows) if row.points.strip()), "")
    return [*(row for row in rows if not row.empty), TypedRow(str(wanted), GROUP, "1", points, open=True)]


def _unasked(rows: Iterable[TypedRow], have: Mapping[int, tuple[int, int]]) -> list[int]:
    """The banks of the rows that have passages for which no row asks."""
    asked = {row.bank for row in rows if row.type == GROUP}
    named = dict.fromkeys(row.bank for row in rows)
    return [int(one) for one in named if is_number(one) and int(one) in have and one not in asked]


def plans(rows: Sequence[TypedRow]) -> tuple[list[RulePlan], dict[int, list[str]]]:
    """The rules that rows ask for, and what is wrong by row; rows that ask for nothing are left out."""
    found, faults = [], dict[int, list[str]]()
    for place, row in enumerate(rows):
        if row.empty:
            continue
        count, points = _whole(row.count), points_in(row.points)
        if count is None:
            faults.setdefault(place, []).append(
                _("Row %(row)s: how many questions? Give a whole number.", row=place + 1)
            )
        if points is None:
            faults.setdefault(place, []).append(
                _("Row %(row)s: how many points each? Give a number such as 5 or 2.5.", row=place + 1)
            )
        if not is_number(row.bank):
            faults.setdefault(place, []).append(_("Row %(row)s: choose a question bank.", row=place + 1))
        if place not in faults and count is not None and points is not None:
            found.append(_plan(row, count, points))
    return found, faults


def _plan(row: TypedRow, count: int, points: Decimal) -> RulePlan:
    return RulePlan(
        int(row.bank) if is_number(row.bank) else 0, row.type, count, points, topic=row.topic,
        difficulty=row.difficulty, criterion=int(row.criterion) if is_number(row.criterion) else None,
        dimension=row.dimension, tag=row.tag,
    )  # fmt: skip


def hundred(rows: Sequence[TypedRow], usable: Collection[str]) -> list[TypedRow] | None:
    """The rows with points that come to 100; None where there are none that do.

    Rows that draw from other banks than the usable ones keep their points, and the others make up the rest.
    """
    asked = [(place, _whole(row.count), points_in(row.points)) for place, row in enumerate(rows) if not row.empty]
    counts = [count for _place, count, _points_each in asked if count]
    if not counts or len(counts) != len(asked):
        return None
    drawn = [_plan(rows[place], count or 1, Decimal(1)) for place, count, _points_each in asked]
    sizes = exam_plans.group_sizes(session(), drawn)
    weighed = [(place, count * size[0], points or Decimal(1))
               for (place, _count, points), count, size in zip(asked, counts, sizes, strict=True)]  # fmt: skip
    free = [one for one in weighed if rows[one[0]].bank in usable]
    kept = sum((count * points for place, count, points in weighed if rows[place].bank not in usable), Decimal(0))
    shared = share_out([count for _place, count, _points in free], weights=[points for _place, _count, points in free],
                       total=HUNDRED - kept)  # fmt: skip
    if shared is None:
        return None
    made = list(rows)
    for (place, _count, _former), points in zip(free, shared, strict=True):
        made[place] = replace(rows[place], points=number(points))
    return made


def counted(
    rows: Sequence[TypedRow], usable: Sequence[Bank], conditions: ConstraintPlan = NO_CONDITIONS, *,
    former: Sequence[RulePlan] = (), kept: Sequence[Bank] = (),
) -> Counted:  # fmt: skip
    """The rows with what is available for each, the sum, and what stands against meeting rows and conditions.

    Rows of the `former` rules may go on drawing from the `kept` banks, which no other row is offered.
    """
    rules, faults = plans(rows)
    banks = [*usable, *kept]
    known = {str(one.id) for one in banks}
    rules_known = all(str(rule.bank_id) in known for rule in rules)
    look = exam_plans.availability(session(), rules, conditions) if rules and rules_known else None
    left = iter(look.alone if look is not None else ())
    sizes = exam_plans.group_sizes(session(), rules) if rules_known else [ONE] * len(rules)
    of_rules = iter(sizes)
    types = exam_plans.type_counts(session(), [one.id for one in banks])
    passages = exam_plans.passage_counts(session(), [one.id for one in banks])
    differ = len({row.bank for row in rows}) > 1
    offered, narrower = _Offered(types, passages, usable, kept, differ), rule_filters.Offered(banks)
    unchanged = Counter(former)
    printed = []
    for place, row in enumerate(rows):
        sound = not row.empty and place not in faults
        have = next(left, None) if sound else None
        size = next(of_rules, ONE) if sound else ONE
        filters = narrower.of(row.bank, asked=row)
        made = _row(place, row, offered, have, faults.get(place, []), filters, size)
        printed.append(_beyond(made, row, unchanged, kept) if sound else made)
    total = sum((rule.points * rule.count * size[0] for rule, size in zip(rules, sizes, strict=True)), Decimal(0))
    questions = sum(rule.count * size[0] for rule, size in zip(rules, sizes, strict=True))
    return Counted(
        rows=tuple(printed),
        total=_("%(questions)s, %(points)s points", points=number(total),
                questions=ngettext("%(num)s question", "%(num)s questions", questions)),
        hundred=total == HUNDRED,
        shortage=problems.sentence(look.problem) if look is not None and look.problem is not None else "",
        passages=_passages_beside(rows, usable, offered),
        look=look,
    )  # fmt: skip


def _passages_beside(rows: Sequence[TypedRow], usable: Sequence[Bank], offered: _Offered) -> str:
    own = {one.id: one.name for one in usable}
    asked = [one for one in _unasked(rows, offered.passages) if one in own]
    return " ".join(_passages_said(one, own[one], offered) for one in asked)


def _passages_said(bank_id: int, name: str, offered: _Offered) -> str:
    passages, below = offered.passages[bank_id]
    singles = sum(offered.types.get(bank_id, {}).values())
    return _(
        "“%(bank)s” has %(questions)s and %(passages)s. Passages need a row of their own.",
        bank=name, questions=ngettext("%(num)s question", "%(num)s questions", singles),
        passages=_of_passages(passages, below),
    )  # fmt: skip


def _of_passages(passages: int, below: int) -> str:
    with_ = ngettext("%(num)s question", "%(num)s questions", below)
    return ngettext("%(num)s passage with %(with_)s", "%(num)s passages with %(with_)s", passages, with_=with_)


@dataclass(frozen=True, slots=True)
class _Offered:
    """How many single questions of each type the banks have, and how many passages with how many questions."""

    types: Mapping[int, Mapping[str, int]]
    passages: Mapping[int, tuple[int, int]]
    usable: Sequence[Bank] = ()
    kept: Sequence[Bank] = ()
    differ: bool = False
    """Whether the rows draw from more than one of them."""

    def banks(self, row: TypedRow) -> tuple[Choice, ...]:
        """What the menu of a row's banks offers; a kept bank only where it is chosen."""
        those = [] if row.bank else [("", _("Choose a question bank"))]
        those += [(str(one.id), one.name) for one in self.usable]
        those += [(str(one.id), exam_kept.bank(one)) for one in self.kept if str(one.id) == row.bank]
        return tuple(Choice(value, label, value == row.bank) for value, label in those)

    def to_choose(self, row: TypedRow) -> tuple[Choice, ...]:
        """What the menu of a row's types offers; passages where some bank has them."""
        bank_id = int(row.bank) if is_number(row.bank) else 0
        here = self.types.get(bank_id, {})
        codes = dict.fromkeys(code for of_bank in self.types.values() for code in of_bank)
        if row.type:
            codes.setdefault(row.type)
        every = _("Every type, without passages") if self.passages else _("Every type")
        found = [Choice("", every, not row.type)]
        found += [Choice(code, type_name(code, here.get(code)), code == row.type) for code in codes if code != GROUP]
        if self.passages or row.type == GROUP:
            label = _of_passages(*self.passages.get(bank_id, (0, 0)))
            found.append(Choice(GROUP, label, row.type == GROUP))
        return tuple(found)


def _row(
    place: int, row: TypedRow, offered: _Offered, have: int | None,
    errors: Sequence[str], filters: tuple[RuleFilter, ...], size: tuple[int, int] = (1, 1),
) -> RuleRow:  # fmt: skip
    count, points = _whole(row.count), points_in(row.points)
    said = list(errors)
    if have is not None and count is not None and have < count:
        said.append(
            _("Row %(row)s asks for %(asked)s, but there are only %(have)s.", row=place + 1, asked=count, have=have)
        )
    return RuleRow(
        number=place + 1,
        banks=offered.banks(row),
        types=offered.to_choose(row),
        count=row.count,
        points=row.points,
        available=_available(row, have),
        sum=number(count * size[0] * points) if count and points is not None else "",
        note=_group_note(size) if row.type == GROUP and count else "",
        filters=filters,
        narrowed=bool(row.topic or row.difficulty or row.criterion or row.dimension or row.tag),
        summary=_summary(row, offered, filters, count * size[0] if count else None, points),
        open=row.open,
        errors=tuple(said),
    )


def _summary(
    row: TypedRow, offered: _Offered, filters: Sequence[RuleFilter], asked: int | None, points: Decimal | None
) -> str:
    """What a row comes to, for where it is folded."""
    if asked is None or points is None:
        return _("Nothing asked for yet")
    names = [choice.label for one in filters for choice in one.choices if choice.chosen and choice.value]
    kind = type_name(row.type) if row.type else _("Every type")
    banks = [one.label for one in offered.banks(row) if one.chosen and offered.differ]
    return _("%(what)s: %(asked)s × %(points)s = %(sum)s points", what=listed([*banks, kind, *names]),
             asked=number(asked), points=number(points), sum=number(asked * points))  # fmt: skip


def _beyond(made: RuleRow, row: TypedRow, unchanged: Counter[RulePlan], kept: Sequence[Bank]) -> RuleRow:
    """The row with what is to be said where its bank is not offered: it stays as it is, or is refused."""
    if row.bank not in {str(one.id) for one in kept}:
        return made
    [rule], _faults = plans([row])
    if unchanged[rule] > 0:
        unchanged[rule] -= 1
        said = _("This bank is not yours to use: the row stays as it is, or you remove it.")
        return replace(made, note=f"{made.note} {said}".strip())
    said = _("Row %(row)s: this bank is not yours to use. Put the row back as it was, choose another bank, or remove "
             "it.", row=made.number)  # fmt: skip
    return replace(made, errors=(*made.errors, said))


def _available(row: TypedRow, have: int | None) -> str:
    if have is None:
        return ""
    if row.type == GROUP:
        return ngettext("of %(num)s passage", "of %(num)s passages", have)
    return ngettext("of %(num)s", "of %(num)s", have)


def _group_note(size: tuple[int, int]) -> str:
    fewest, most = size
    if fewest == most:
        return ngettext(
            "Groups are drawn whole: each has %(num)s question, worth the points of the row.",
            "Groups are drawn whole: each has %(num)s questions, each worth the points of the row.",
            most,
        )
    return _(
        "Groups are drawn whole: they have %(fewest)s to %(most)s questions, each worth the points of the row.",
        fewest=fewest, most=most,
    )  # fmt: skip


def type_name(code: str, have: int | None = None) -> str:
    """A type of question, with how many there are."""
    name = name_of_type(code)
    if code not in learn().plugins.question_types:
        return code
    return name if have is None else _("%(type)s (%(count)s)", type=name, count=have)


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= 4 and int(text) > 0 else None


def points_in(text: str) -> Decimal | None:
    """The points that were typed; None where that is no number of points."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 < value <= 1000 and value == round(value, 2) else None
