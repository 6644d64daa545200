"""Question packs: TOML files below `question_bank/`, read to drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from suyu_learn.content import pack_pictures
from suyu_learn.content.drafts import BankDraft, QuestionDraft
from suyu_learn.content.facts import facts_of
from suyu_learn.content.pack_bodies import FIELDS, body_of
from suyu_learn.content.toml_files import read_toml
from suyu_learn.domain.library import Fact, facts_named, filled, unknown_in
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.opaque import in_another_language, with_opaque_keys

_KEYS = FIELDS | {
    "uid", "type", "difficulty", "criterion", "dimension", "source", "topic", "tags", "points", "translations", "group",
    "topics", "format", "lang",
}  # fmt: skip
GROUP = Group.code
_DIFFICULTIES = {"easy", "medium", "hard"}
_FORMATS = {"plain", "markdown"}
_LONGEST = {"uid": 100, "lang": 16, "points": 16}
_DIMENSIONS = {"knowledge", "methods", "spirit", "application"}


def read_pack(folder: Path, *, types: Mapping[str, QuestionType[Any]]) -> list[BankDraft]:
    """The banks that a folder's `bank.toml` names; raises Problems that tell every fault of every question."""
    about, facts = read_toml(folder / "bank.toml", folder.parent), facts_of(folder)
    lang = about.get("lang", "zh_Hans")
    problems: list[Problem] = []
    banks: list[BankDraft] = []
    for bank in about.get("bank", ()):
        questions: list[QuestionDraft] = []
        files = pack_pictures.pictures_below(folder / bank["folder"])
        for path in sorted((folder / bank["folder"]).rglob("*.toml")):
            try:
                questions += read_file(path, base=folder.parent, types=types, lang=lang, facts=facts)
            except Problems as found:
                problems += found.problems
        problems += [one for question in questions for one in pack_pictures.missing_in(question, files)]
        questions = [replace(one, body=pack_pictures.with_marks(one.body, files)) for one in questions]
        banks.append(
            BankDraft(
                pack=f"{folder.name}/{bank['folder']}",
                name=bank["name"],
                lang=lang,
                review=about.get("review", True),
                reviewer=about.get("reviewer", ""),
                reviewed_on=str(about.get("reviewed_on", "")),
                questions=tuple(questions),
                media=tuple(files.values()),
            )
        )
    problems += _twice(question for bank_draft in banks for question in bank_draft.questions)
    if problems:
        raise Problems(problems)
    return banks


def read_file(
    path: Path, *, base: Path, types: Mapping[str, QuestionType[Any]], lang: str = "zh_Hans",
    facts: Mapping[str, Fact] | None = None,
) -> list[QuestionDraft]:  # fmt: skip
    """The questions of one file, with the facts that they name filled in."""
    said = read_toml(path, base)
    file = str(path.relative_to(base))
    drafts, problems = [], []
    for number, entry in enumerate(said.get("question", ()), start=1):
        place = Place(file=file, uid=str(entry.get("uid") or f"#{number}"))
        try:
            named, known = facts_named(entry), facts or {}
            problems += unknown_in(named, known, place)
            draft = question_of(filled(entry, known), place=place, topic=said.get("topic", ""), types=types, lang=lang)
            drafts.append(replace(draft, facts=named))
        except Problems as found:
            problems += [problem.at(_within(place, problem)) for problem in found.problems]
    problems += _astray(drafts)
    if problems:
        raise Problems(problems)
    return drafts


def question_of(
    entry: Mapping[str, Any], *, place: Place, topic: str, types: Mapping[str, QuestionType[Any]], lang: str,
    sourced: bool = True,
) -> QuestionDraft:  # fmt: skip
    """The question of an entry; raises Problems. `sourced` asks for its source, as those that ship must have one.

    `body` gives a body as it is stored (stem and explanation may stand beside it), its keys become opaque ones;
    `translations` gives other languages.
    """
    problems = _misfits(entry)
    problems += [Problem("pack.unknown_field", place=Place(field=name)) for name in sorted(set(entry) - _KEYS)]
    for name, allowed in (("difficulty", _DIFFICULTIES), ("dimension", _DIMENSIONS), ("type", set(types)),
                          ("format", _FORMATS)):  # fmt: skip
        if entry.get(name) is not None and str(entry[name]) not in allowed:
            problems.append(
                Problem(
                    "pack.unknown_value", place=Place(field=name), value=entry[name], allowed=", ".join(sorted(allowed))
                )
            )
    needed = ("uid", "type", "source") if sourced else ("uid", "type")
    problems += [Problem("pack.field_missing", place=Place(field=name)) for name in needed if not entry.get(name)]
    if problems:
        raise Problems(problems)
    kind = types[entry["type"]]
    stored = entry.get("body")
    if isinstance(stored, Mapping):
        said = {name: entry[name] for name in ("stem", "explanation") if name in entry} | dict(stored)
    else:
        said = body_of(entry, uid=entry["uid"])
    body = kind.write(kind.read(said))
    translations = dict(entry.get("translations", {}))
    if isinstance(stored, Mapping):
        translations = {lang: in_another_language(kind.code, entry["uid"], body, one)
                        for lang, one in translations.items()}  # fmt: skip
        body = with_opaque_keys(kind.code, entry["uid"], body)
    return QuestionDraft(
        uid=entry["uid"],
        type=entry["type"],
        body=body,
        text_format=entry.get("format", "markdown"),
        lang=entry.get("lang", lang),
        difficulty=entry.get("difficulty", "medium"),
        criterion=entry.get("criterion"),
        dimension=entry.get("dimension"),
        source=entry.get("source", ""),
        points=str(entry["points"]) if "points" in entry else None,
        topics=tuple(entry["topics"]) if "topics" in entry else tuple(filter(None, (entry.get("topic", topic),))),
        tags=tuple(entry.get("tags", ())),
        place=place,
        group=entry.get("group", ""),
        translations=translations,
    )


def _misfits(entry: Mapping[str, Any]) -> list[Problem]:
    """Fields whose values are of another kind than theirs."""
    kinds: tuple[tuple[type, tuple[str, ...]], ...] = (
        (str, ("uid", "type", "format", "lang", "source", "topic", "group", "difficulty", "dimension")),
        (list, ("topics", "tags")),
        (dict, ("translations",)),
    )
    wrong = [name for kind, names in kinds for name in names if name in entry and not isinstance(entry[name], kind)]
    wrong += [name for name in ("topics", "tags") if name not in wrong
              and not all(isinstance(one, str) and one for one in entry.get(name, ()))]  # fmt: skip
    wrong += [name for name, most in _LONGEST.items() if name not in wrong and len(str(entry.get(name, ""))) > most]
    wrong += [name for name in ("topics", "tags") if name not in wrong
              and any(len(one) > 64 for one in entry.get(name, ()))]  # fmt: skip
    if "translations" not in wrong and not all(
        isinstance(one, dict) and len(lang) <= _LONGEST["lang"] and _is_text((lang, one))
        for lang, one in entry.get("translations", {}).items()
    ):
        wrong.append("translations")
    wrong += [name for name in ("uid", "type", "lang", "source", "topic", "group", "points", "topics", "tags")
              if name not in wrong and not _is_text(entry.get(name))]  # fmt: skip
    criterion = entry.get("criterion")
    if criterion is not None and (not isinstance(criterion, int) or not 1 <= criterion <= 26):
        wrong.append("criterion")
    return [Problem("pack.wrong_value", place=Place(field=name)) for name in dict.fromkeys(wrong)]


def _is_text(value: Any) -> bool:
    """Whether no text within holds a NUL, which no database keeps."""
    if isinstance(value, Mapping):
        return _is_text((*value, *value.values()))
    if isinstance(value, list | tuple):
        return all(_is_text(one) for one in value)
    return not isinstance(value, str) or "\0" not in value


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
