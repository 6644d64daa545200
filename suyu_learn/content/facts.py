"""The facts of a library: `facts.toml` beside its banks, which questions and lessons name as `{{fact:key}}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from suyu_learn.content.toml_files import read_toml
from suyu_learn.domain.library import Fact, contradictions
from suyu_learn.domain.problems import Place, Problem, Problems

FILE = "facts.toml"
BESIDE = "question_bank"
_TEXTS = ("key", "about", "value", "source")
_KEYS = frozenset({*_TEXTS, "unit", "checked"})


def facts_of(folder: Path) -> dict[str, Fact]:
    """The facts for the packs of a folder: its own, else those of the banks beside it, else none; raises Problems."""
    for path in (folder / FILE, folder.parent / BESIDE / FILE):
        if path.is_file():
            return read_facts(path, base=path.parent.parent)
    return {}


def read_facts(path: Path, *, base: Path) -> dict[str, Fact]:
    """The facts of a file by key; raises Problems that tell every fault, contradictions too."""
    return facts_in(read_toml(path, base), file=path.relative_to(base).as_posix())


def facts_in(said: Mapping[str, Any], *, file: str) -> dict[str, Fact]:
    """The facts that a file declares by key; raises Problems that tell every fault, contradictions too."""
    facts: list[Fact] = []
    problems: list[Problem] = []
    entries = said.get("fact", [])
    if not isinstance(entries, list):
        raise Problems([Problem("fact.wrong_shape", place=Place(file=file, field="fact"))])
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            problems.append(Problem("fact.wrong_shape", place=Place(file=file, uid=f"#{number}")))
            continue
        place = Place(file=file, uid=str(entry.get("key") or f"#{number}"))
        faults = list(_faults(entry, place))
        problems += faults
        if not faults:
            facts.append(Fact(unit=entry.get("unit", ""), checked=entry["checked"], place=place,
                              **{name: entry[name] for name in _TEXTS}))  # fmt: skip
    problems += contradictions(facts)
    if problems:
        raise Problems(problems)
    return {one.key: one for one in facts}


def _faults(entry: Mapping[str, Any], place: Place) -> list[Problem]:
    def at(field: str) -> Place:
        return Place(file=place.file, uid=place.uid, field=field)

    found = [Problem("pack.unknown_field", place=at(name)) for name in sorted(set(entry) - _KEYS)]
    for name in _TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            found.append(Problem("pack.field_missing", place=at(name)))
    if not isinstance(entry.get("unit", ""), str):
        found.append(Problem("pack.wrong_value", place=at("unit")))
    if not isinstance(entry.get("checked"), date):
        found.append(Problem("pack.field_missing", place=at("checked")))
    return found
