"""Pictures of question packs: files below `media/`, which texts name as `![what it shows](media/black-soil.jpg)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from suyu_learn.content import pictures
from suyu_learn.content.drafts import FilmDraft, MediaDraft, QuestionDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.words import texts_in

FOLDER = "media"
_NAMED = re.compile(r"!\[([^\[\]\n]{0,1000})\]\((media/[^()\s]{1,300})\)")


def pictures_below(folder: Path) -> dict[str, MediaDraft]:
    """The files in the `media` folder of a bank's folder, by the name that texts have for them."""
    found = sorted((folder / FOLDER).rglob("*"))
    return {
        path.relative_to(folder).as_posix(): MediaDraft(path.read_bytes(), path.name)
        for path in found if path.is_file() and not path.name.startswith(".")
    }  # fmt: skip


def with_marks(value: Any, files: Mapping[str, MediaDraft | FilmDraft]) -> Any:
    """The body, or a part of it, with each named file as the mark of its picture; a name that is not there stays."""
    if isinstance(value, str):
        return _NAMED.sub(lambda found: _mark(found, files), value) if "](media/" in value else value
    if isinstance(value, Mapping):
        return {name: with_marks(inner, files) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [with_marks(inner, files) for inner in value]
    return value


def missing_in(draft: QuestionDraft, files: Mapping[str, MediaDraft]) -> list[Problem]:
    """Files that a question names and the pack does not have."""
    place = Place(file=draft.place.file, uid=draft.uid, field="picture")
    named = (found[2] for text in texts_in(draft.body) for found in _NAMED.finditer(text))
    return [Problem("pack.no_picture", place=place, name=name) for name in named if name not in files]


def missing_of(text: str, files: Mapping[str, MediaDraft | FilmDraft]) -> list[tuple[int, str]]:
    """Files that a text names and its pack does not have, each with the row."""
    return [
        (text.count("\n", 0, found.start()) + 1, found[2]) for found in _NAMED.finditer(text) if found[2] not in files
    ]


def without_named(text: str) -> str:
    """The text without the pictures that it names as files, row by row; others stay, as faults."""
    return _NAMED.sub("-", text)


def with_names(value: Any, name_of: Callable[[str], str]) -> Any:
    """The body, or a part of it, as a pack has it: each mark with the file that `name_of` gives for its hash."""
    if isinstance(value, str):
        return pictures.MARK.sub(lambda found: f"![{found[1]}]({name_of(found[2])})", value)
    if isinstance(value, Mapping):
        return {name: with_names(inner, name_of) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [with_names(inner, name_of) for inner in value]
    return value


def _mark(found: re.Match[str], files: Mapping[str, MediaDraft | FilmDraft]) -> str:
    one = files.get(found[2])
    return found[0] if one is None else pictures.mark(one.sha256, found[1])
