"""Question packs: TOML files below `question_bank/`, read to drafts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from suyu_learn.content.drafts import BankDraft, QuestionDraft
from suyu_learn.content.pack_bodies import FIELDS, body_of
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.group import Group

_KEYS = FIELDS | {
    "uid", "type", "difficulty", "criterion", "dimension", "source", "topic", "tags", "points", "translations", "group",
}  # fmt: skip
GROUP = Group.code
_DIFFICULTIES = {"easy", "medium", "hard"}
_DIMENSIONS = {"knowledge", "methods", "spirit", "application"}


def read_pack(folder: Path, *, types: Mapping[str, QuestionType[Any]]) -> list[BankDraft]:
    """The banks that a folder's `bank.toml` names; raises Problems that tell every fault of every question."""
    about = read_toml(folder / "bank.toml", folder.parent)
    lang = about.get("lang", "zh_Hans")
    problems: list[Problem] = []
    banks: list[BankDraft] = []
    for bank in about.get("bank", ()):
        questions: list[QuestionDraft] = []
        for path in sorted((folder / bank["folder"]).rglob("*.toml")):
            try:
                questions += read_file(path, base=folder.parent, types=types, lang=lang)
            except Problems as found:
                problems += found.problems
        banks.append(
            BankDraft(
                pack=f"{folder.name}/{bank['folder']}",
                name=bank["name"],
                lang=lang,
                review=about.get("review", True),
                reviewer=about.get("reviewer", ""),
                reviewed_on=str(about.get("reviewed_on", "")),
                questions=tuple(questions),
            )
        )
    problems += _twice(question for bank_draft in banks for question in bank_draft.questions)
    if problems:
        raise Problems(problems)
    return banks


def read_file(
    path: Path, *, base: Path, types: Mapping[str, QuestionType[Any]], lang: str = "zh_Hans"
) -> list[QuestionDraft]:
    """The questions of one file."""
    said = read_toml(path, base)
    file = str(path.relative_to(base))
    drafts, problems = [], []
    for number, entry in enumerate(said.get("question", ()), start=1):
        place = Place(file=file, uid=str(entry.get("uid") or f"#{number}"))
        try:
            drafts.append(_question(entry, place=place, topic=said.get("topic", ""), types=types, lang=lang))
        except Problems as found:
            problems += [problem.at(_within(place, problem)) for problem in found.problems]
    problems += _astray(drafts)
    if problems:
        raise Problems(problems)
    return drafts


def _question(
    entry: Mapping[str, Any], *, place: Place, topic: str, types: Mapping[str, QuestionType[Any]], lang: str
) -> QuestionDraft:
    problems = [Problem("pack.unknown_field", place=Place(field=name)) for name in sorted(set(entry) - _KEYS)]
    for name, allowed in (("difficulty", _DIFFICULTIES), ("dimension", _DIMENSIONS), ("type", set(types))):
        if entry.get(name) is not None and entry[name] not in allowed:
            problems.append(
                Problem(
                    "pack.unknown_value", place=Place(field=name), value=entry[name], allowed=", ".join(sorted(allowed))
                )
            )
    problems += [Problem("pack.field_missing", place=Place(field=name)) for name in ("uid", "type", "source")
                 if not entry.get(name)]  # fmt: skip
    if problems:
        raise Problems(problems)
    kind = types[entry["type"]]
    body = kind.write(kind.read(body_of(entry, uid=entry["uid"])))
    return QuestionDraft(
        uid=entry["uid"],
        type=entry["type"],
        body=body,
        text_format="markdown",
        lang=lang,
        difficulty=entry.get("difficulty", "medium"),
        criterion=entry.get("criterion"),
        dimension=entry.get("dimension"),
        source=entry["source"],
        points=str(entry["points"]) if "points" in entry else None,
        topics=tuple(name for name in (entry.get("topic", topic),) if name),
        tags=tuple(entry.get("tags", ())),
        place=place,
        group=entry.get("group", ""),
    )


def _astray(drafts: Sequence[QuestionDraft]) -> list[Problem]:
    """Members that do not stand behind their group in the same file."""
    groups: set[str] = set()
    problems = []
    for draft in drafts:
        if draft.type == GROUP:
            groups.add(draft.uid)
        if draft.group and (draft.group not in groups or draft.type == GROUP):
            place = Place(file=draft.place.file, uid=draft.uid, field="group")
            problems.append(Problem("pack.group_unknown", place=place, group=draft.group))
    return problems


def _within(place: Place, problem: Problem) -> Place:
    return Place(file=place.file, uid=place.uid, field=problem.place.field)


def _twice(questions: Iterable[QuestionDraft]) -> list[Problem]:
    first: dict[str, Place] = {}
    problems = []
    for question in questions:
        if question.uid in first:
            problems.append(Problem("pack.uid_twice", place=question.place, first=first[question.uid].file))
        first.setdefault(question.uid, question.place)
    return problems


def read_toml(path: Path, base: Path) -> dict[str, Any]:
    """A TOML file of a pack; raises Problems that name it, relative to `base`."""
    file = path.relative_to(base).as_posix()
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise Problems([Problem("pack.file_missing", place=Place(file=file))]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problems([Problem("pack.not_toml", place=Place(file=file), error=str(error))]) from None
