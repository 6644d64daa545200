"""Metadata (LOM) of a package: keywords, topics, difficulty, language, and what our own packages add."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_reading import About

OWN = "suyu-learn:"
"""How the sources of our own taxon paths begin."""
OWN_NAMES = frozenset({"criterion", "dimension", "source", "points", "text_format", "type", "topic", "lang"})
DIFFICULTIES = {"very easy": "easy", "easy": "easy", "medium": "medium", "difficult": "hard", "very difficult": "hard"}
_DIMENSIONS = frozenset({"knowledge", "methods", "spirit", "application"})
_LANG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_THREE_LETTERS = {"eng": "en", "zho": "zh", "chi": "zh", "rus": "ru", "deu": "de", "ger": "de", "nld": "nl"}


def about_of(metadata: Element | None) -> About:
    """What the metadata of one resource say."""
    if metadata is None:
        return About()
    own: dict[str, str] = {}
    topics: list[str] = []
    for path in metadata.iter("taxonPath"):
        source = _said(path.find("source"))
        entries = [_said(taxon.find("entry")) for taxon in path.iter("taxon")]
        name = source.removeprefix(OWN)
        if not source.startswith(OWN):
            topics += [entry for entry in entries[-1:] if entry]
        elif name == "topic":
            topics += entries
        elif name in OWN_NAMES and entries and _is_sound(name, entries[0]):
            own[name] = entries[0]
    difficulty = next((words_of(one.find("value")) for one in metadata.iter("difficulty")), "").casefold()
    tags = [_said(keyword) for keyword in metadata.iter("keyword")]
    return About(tuple(topics), tuple(tag for tag in tags if tag), DIFFICULTIES.get(difficulty, "medium"),
                 own.get("lang", ""), own)  # fmt: skip


def lang_of(said: str | None) -> str:
    """A language tag as we write it; empty where it says nothing."""
    found = _LANG.match((said or "").strip())
    if found is None:
        return ""
    code = found.group().lower()
    code = _THREE_LETTERS.get(code, code)
    return "zh_Hans" if code == "zh" else code


def _said(element: Element | None) -> str:
    """The text of an element, in its first language."""
    if element is None:
        return ""
    first = next((one for one in element.iter() if one.tag in ("string", "langstring")), None)
    return words_of(element if first is None else first)


def _is_sound(name: str, value: str) -> bool:
    if name == "dimension":
        return value in _DIMENSIONS
    if name == "text_format":
        return value in ("plain", "markdown")
    if name == "points":
        return value == "" or re.fullmatch(r"\d{1,4}(\.\d{1,4})?", value) is not None
    return name != "lang" or re.fullmatch(r"[A-Za-z_]{2,20}", value) is not None
