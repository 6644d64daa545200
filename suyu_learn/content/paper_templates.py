"""Ready papers, one a file in `paper_templates/`: what for, how long, what to draw from the shipped banks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from suyu_learn.content.template_tables import Table, Worded, open_file, read_folder
from suyu_learn.domain.library import Entry
from suyu_learn.domain.papers.constraints import ALL_CRITERIA, Constraints, Quota
from suyu_learn.domain.papers.draw import Assembly
from suyu_learn.domain.papers.pool import fill_pool
from suyu_learn.domain.papers.specification import Candidate, Rule
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions.group import Group

_TOP = frozenset({
    "code", "title", "summary", "audience", "purpose", "minutes", "pass_mark", "all_criteria", "dimensions",
    "true_false", "en", "rule",
})  # fmt: skip
_RULE = frozenset({"bank", "type", "difficulty", "dimension", "tag", "count", "points"})
_PURPOSES = ("assessment", "exam", "training", "practice")


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """So many questions of a bank, which is named by its folder; what is empty means any."""

    bank: str
    type: str
    count: int
    points: Decimal
    difficulty: str = ""
    dimension: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class PaperTemplate:
    """A paper that organizers begin with, and change as they like."""

    code: str
    title: Worded
    summary: Worded
    audience: str
    """For whom it is; empty for everybody."""
    purpose: str
    minutes: int
    pass_mark: int
    """Percent."""
    all_criteria: bool
    dimensions: tuple[tuple[str, int], ...]
    """How many questions of each dimension, exactly; empty for any."""
    true_false: int | None
    """At most so many percent."""
    rules: tuple[RuleSaid, ...]

    @property
    def banks(self) -> tuple[str, ...]:
        """The folders of the banks that it draws from."""
        return tuple(dict.fromkeys(rule.bank for rule in self.rules))

    @property
    def quotas(self) -> tuple[Quota, ...]:
        return tuple(Quota(name, count, count) for name, count in self.dimensions)


def read_templates(folder: Path) -> list[PaperTemplate]:
    """Every paper of a folder by its code; raises Problems that tell every fault with file and key."""
    return read_folder(folder, lambda path, base: read_template(path, base=base))


def read_template(path: Path, *, base: Path) -> PaperTemplate:
    """One paper; raises Problems."""
    table = open_file(path, base, _TOP)
    purpose = table.text("purpose")
    if purpose and purpose not in _PURPOSES:
        table.fault("template.one_of", "purpose", values=", ".join(_PURPOSES))
    rules = tuple(_rule(one) for one in table.tables("rule", _RULE))
    if not rules:
        table.fault("template.key_missing", "rule")
    made = PaperTemplate(
        code=table.text("code"), title=table.worded("title"), summary=table.worded("summary"),
        audience=table.text("audience", needed=False), purpose=purpose, minutes=table.whole("minutes", 60),
        pass_mark=table.whole("pass_mark", 60), all_criteria=table.truth("all_criteria"),
        dimensions=_dimensions(table), true_false=table.whole("true_false", 0) or None, rules=rules,
    )  # fmt: skip
    if table.problems:
        raise Problems(table.problems)
    return made


def _dimensions(table: Table) -> tuple[tuple[str, int], ...]:
    said = table.said.get("dimensions", {})
    if not isinstance(said, dict) or not all(type(count) is int and count >= 0 for count in said.values()):
        table.fault("template.table", "dimensions")
        return ()
    return tuple(said.items())


def _rule(table: Table) -> RuleSaid:
    return RuleSaid(
        bank=table.text("bank"), type=table.text("type"), count=table.whole("count", 0), points=table.number("points"),
        **{name: table.text(name, needed=False) for name in ("difficulty", "dimension", "tag")},
    )  # fmt: skip


def check(template: PaperTemplate, file: str, entries: Sequence[Entry]) -> list[Problem]:
    """Why a paper cannot be assembled from the questions of the library; nothing where it can."""
    place = Place(file=file)
    unknown = sorted(set(template.banks) - {one.audience for one in entries})
    if unknown:
        return [Problem("template.bank_unknown", place=place, value=name) for name in unknown]
    numbers = {name: number for number, name in enumerate(template.banks, start=1)}
    assembly = Assembly(fill_pool(_rules(template, numbers), _candidates(entries, numbers), _constraints(template)))
    return [] if assembly.problem is None else [assembly.problem.at(place)]


def _rules(template: PaperTemplate, numbers: Mapping[str, int]) -> list[Rule]:
    return [
        Rule(
            number=number, count=one.count, points=one.points, banks=frozenset({numbers[one.bank]}),
            types=frozenset({one.type}), difficulties=frozenset(filter(None, (one.difficulty,))),
            dimensions=frozenset(filter(None, (one.dimension,))), tags=frozenset(filter(None, (one.tag,))),
        )
        for number, one in enumerate(template.rules, start=1)
    ]  # fmt: skip


def _constraints(template: PaperTemplate) -> Constraints:
    return Constraints(
        criteria=ALL_CRITERIA if template.all_criteria else frozenset(), quotas=template.quotas,
        true_false=template.true_false,
    )  # fmt: skip


def _candidates(entries: Sequence[Entry], numbers: Mapping[str, int]) -> list[Candidate]:
    """What the rules may draw: neither passages, which no ready paper asks for, nor their members."""
    return [
        Candidate(
            version_id=number, question_id=number, bank_id=numbers[one.audience], type=one.type,
            difficulty=one.difficulty, criterion=one.criterion, dimension=one.dimension, tags=frozenset(one.tags),
        )
        for number, one in enumerate(entries, start=1)
        if one.audience in numbers and not one.group and one.type != Group.code
    ]  # fmt: skip
