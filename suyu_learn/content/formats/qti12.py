"""QTI 1.2 files: their items, passages and references to banks elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti12_questions import fields_of, question_of
from suyu_learn.content.formats.qti12_texts import plain, text_of
from suyu_learn.content.formats.qti_reading import About, Gathering
from suyu_learn.content.formats.qti_texts import is_blank
from suyu_learn.domain.problems import Place, Problem

_DULL = frozenset({"main", "root_section", "section", "unnamed quiz", ""})
_Read = Sequence[tuple[str, Mapping[str, Any], Decimal | None]]


def take(gathering: Gathering, root: Element, *, file: str, about: About) -> None:
    """Take every item of a file; what a passage's members are follows it."""
    topics = _topics(root)
    items = list(root.iter("item"))
    parents = {item.get("parent_stimulus_item_ident") for item in items} - {None, ""}
    passages: dict[str, str] = {}
    for item in _with_members_behind(items):
        known = about if about.topics else replace(about, topics=topics.get(id(item), ()))
        ident = item.get("ident", "")
        if ident in parents and fields_of(item).get("question_type") == "text_only_question":
            passages[ident] = _take_passage(gathering, item, file=file, about=known)
        else:
            group = passages.get(item.get("parent_stimulus_item_ident", ""), "")
            _take_item(gathering, item, file=file, about=known, group=group)
    elsewhere = sum(1 for _one in root.iter("bankentry_item")) + sum(1 for _one in root.iter("sourcebank_ref"))
    if elsewhere and not items:
        gathering.refuse([Problem("qti.bank_reference", count=elsewhere)], file=file)
    elif elsewhere:
        place = Place(file=gathering.file_name, sheet=file)
        gathering.warnings.append(Problem("qti.bank_reference", place=place, count=elsewhere))


def _topics(root: Element) -> dict[int, tuple[str, ...]]:
    """The title of each item's section, where there are several with titles of their own."""
    sections = [one for one in root.iter("section") if any(child.tag == "item" for child in one)]
    titles = {one.get("title", "").strip() for one in sections}
    if len(titles) < 2:
        return {}
    return {
        id(child): (section.get("title", "").strip(),)
        for section in sections for child in section
        if child.tag == "item" and section.get("title", "").strip().casefold() not in _DULL
    }  # fmt: skip


def _with_members_behind(items: Sequence[Element]) -> list[Element]:
    """The items, each passage followed by those that refer to it."""
    members: dict[str, list[Element]] = {}
    known = {item.get("ident", "") for item in items}
    for item in items:
        parent = item.get("parent_stimulus_item_ident", "")
        if parent in known:
            members.setdefault(parent, []).append(item)
    inside = {id(item) for behind in members.values() for item in behind}
    ordered: list[Element] = []
    for item in items:
        if id(item) not in inside:
            ordered += [item, *members.get(item.get("ident", ""), ())]
    return ordered + [item for item in items if id(item) in inside and item not in ordered]


def _take_passage(gathering: Gathering, item: Element, *, file: str, about: About) -> str:
    def read(_losses: Losses, _warn: Callable[..., None]) -> _Read:
        return [("group", {"stem": text_of(item), "explanation": ""}, None)]

    return gathering.take(read, file=file, about=about, said=_said(item))


def _take_item(gathering: Gathering, item: Element, *, file: str, about: About, group: str) -> None:
    uid = gathering.uid()

    def read(losses: Losses, warn: Callable[..., None]) -> _Read:
        made = question_of(item, uid=uid, losses=losses, warn=warn)
        return [(made.type, made.body, made.points)]

    gathering.take(read, file=file, about=about, said=_said(item), group=group)


def _said(item: Element) -> str:
    presentation = item.find("presentation")
    text = "" if presentation is None else text_of(presentation, within=False)
    return item.get("title", "") if is_blank(text) else plain(text)[:200]
