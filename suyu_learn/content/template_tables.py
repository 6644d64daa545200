"""TOML tables of shipped templates: their values, texts in Chinese and English, and every fault on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from suyu_learn.content.toml_files import read_toml
from suyu_learn.domain.problems import Place, Problem, Problems

Made = TypeVar("Made")

IN_ENGLISH = frozenset({"title", "summary", "basis", "note", "content"})


@dataclass(frozen=True, slots=True)
class Worded:
    """A text in Chinese and in English."""

    zh: str = ""
    en: str = ""

    def of(self, lang: str) -> str:
        """The text for a page in that language."""
        return self.zh if lang.startswith("zh") else self.en or self.zh


class Table:
    """One TOML table being read: the values it gives, and the problems found on the way."""

    def __init__(
        self, said: Mapping[str, Any], file: str, path: str, known: frozenset[str], problems: list[Problem]
    ) -> None:
        self.said, self.file, self.path, self.problems = said, file, path, problems
        for name in sorted(set(said) - set(known)):
            self.fault("template.key_unknown", name)
        english = said.get("en", {})
        if not isinstance(english, dict):
            self.fault("template.table", "en")
            english = {}
        self.english = Table(english, file, f"{path}en.", known & IN_ENGLISH, problems) if "en" in said else None

    def fault(self, code: str, key: str, **params: object) -> None:
        """Note a problem with a key."""
        self.problems.append(Problem(code, place=Place(file=self.file, field=f"{self.path}{key}"), **params))

    def text(self, key: str, *, needed: bool = True) -> str:
        """A text that is not empty."""
        value = self.said.get(key)
        if value is None:
            if needed:
                self.fault("template.key_missing", key)
        elif not isinstance(value, str) or not value.strip():
            self.fault("template.text", key)
        else:
            return value.strip()
        return ""

    def worded(self, key: str, *, needed: bool = True) -> Worded:
        """A text in Chinese, and in English below `en`."""
        zh = self.text(key, needed=needed)
        if zh and self.english is None:
            self.fault("template.key_missing", f"en.{key}")
        return Worded(zh, self.english.text(key, needed=bool(zh)) if self.english is not None else "")

    def number(self, key: str) -> Decimal:
        """Hours, 0 if nothing is said."""
        value = self.said.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10_000:
            self.fault("template.number", key)
            return Decimal(0)
        return Decimal(str(value))

    def whole(self, key: str, otherwise: int) -> int:
        """A whole number."""
        value = self.said.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10_000:
            self.fault("template.number", key)
            return otherwise
        return value

    def truth(self, key: str, otherwise: bool = False) -> bool:
        """Yes or no."""
        value = self.said.get(key, otherwise)
        if not isinstance(value, bool):
            self.fault("template.truth", key)
            return otherwise
        return value

    def day(self, key: str, *, needed: bool = True) -> date | None:
        """A day, not a moment."""
        value = self.said.get(key)
        if value is None and not needed:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault("template.key_missing" if value is None else "template.day", key)
            return None
        return value

    def one_of(self, key: str, kind: type[StrEnum], otherwise: Any) -> Any:
        """One of a closed set."""
        value = self.said.get(key, otherwise)
        if value is None:
            self.fault("template.key_missing", key)
        elif value not in list(kind):
            self.fault("template.one_of", key, values=", ".join(kind))
        else:
            return kind(value)
        return otherwise or next(iter(kind))

    def tables(self, key: str, known: frozenset[str]) -> list[Table]:
        """A list of tables, counted from 1 in what is said of them."""
        value = self.said.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault("template.table", key)
            return []
        return [
            Table(one, self.file, f"{self.path}{key}.{number}.", known, self.problems)
            for number, one in enumerate(value, start=1)
        ]


def read_folder(folder: Path, read: Callable[[Path, Path], Made]) -> list[Made]:
    """Every template of a folder by its code, each read from its file and the folder above; raises Problems that tell
    every fault with file and key."""
    found: list[Made] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(read(path, folder.parent))
        except Problems as wrong:
            problems += wrong.problems
    if problems:
        raise Problems(problems)
    return found


def open_file(path: Path, base: Path, known: frozenset[str]) -> Table:
    """The table of one file; its `code` is to be the file's name. Raises Problems for what is no TOML."""
    table = Table(read_toml(path, base), path.relative_to(base).as_posix(), "", known, [])
    code = table.text("code")
    if code and code != path.stem:
        table.fault("template.code_unlike_file", "code", file=path.stem)
    return table
