"""Question versions held in memory: they never change, so a process reads each only once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from suyu_learn.content.remembering import MEGABYTE, weight
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.models import QuestionVersion

_version = QuestionVersion.__table__
_VERSIONS = select(*(_version.c[name] for name in ("id", "type", "body", "text_format", "lang", "source")))


@dataclass(frozen=True, slots=True)
class Asked:
    """A version ready to be asked and marked."""

    version_id: int
    type: QuestionType[Any]
    content: Any
    text_format: str
    lang: str
    stem: str
    explanation: str
    source: str


class Versions:
    """A memory of versions, bounded in number and bytes, shared by the threads of one app."""

    def __init__(
        self, types: Mapping[str, QuestionType[Any]], *, most: int = 20_000, most_bytes: int = 32 * MEGABYTE
    ) -> None:
        self._types = types
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._weights: dict[int, int] = {}
        self._known: OrderedDict[int, Asked] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, on: Session | Connection, version_id: int) -> Asked:
        """One version; a statement only at its first use."""
        known = self._known.get(version_id)
        return known if known is not None else self.many(on, [version_id])[version_id]

    def many(self, on: Session | Connection, version_ids: Iterable[int]) -> dict[int, Asked]:
        """Several versions by id, with one statement for those not yet known."""
        wanted = set(version_ids)
        missing = wanted - self._known.keys()
        read: dict[int, Asked] = {}
        if missing:
            read = {row.id: self._read(row) for row in on.execute(_VERSIONS.where(_version.c.id.in_(missing)))}
        with self._guard:
            found = {number: read.get(number) or self._known[number] for number in wanted}
            self._keep(read)
        return found

    def _keep(self, read: Mapping[int, Asked]) -> None:
        for number, one in read.items():
            if number not in self._known:
                self._weights[number] = weight(one.content) + weight(one.source)
                self._bytes += self._weights[number]
            self._known[number] = one
        while len(self._known) > self._most or (self._known and self._bytes > self._most_bytes):
            number, _one = self._known.popitem(last=False)
            self._bytes -= self._weights.pop(number)

    def may_need_a_person(self, type_code: str) -> bool:
        """Whether some questions of a type are not marked by machine."""
        kind = self._types.get(type_code)
        if kind is None:
            return False
        own = type(kind).marked_by_machine is not QuestionType.marked_by_machine
        return own or not kind.machine_marked

    @property
    def answered_types(self) -> list[str]:
        """The codes of the types that learners answer; a passage is none."""
        return [code for code, kind in self._types.items() if kind.has_response]

    @property
    def counted_types(self) -> list[str]:
        """The codes of the types whose answers statistics count one by one."""
        return [code for code, kind in self._types.items() if type(kind).choices is not QuestionType.choices]

    def unsound(self, on: Session | Connection, version_ids: Iterable[int]) -> set[int]:
        """Those that cannot be asked or marked: no key, or a type that is not installed."""
        wanted = sorted(set(version_ids) - self._known.keys())
        faulty: set[int] = set()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            for row in on.execute(_VERSIONS.where(_version.c.id.in_(part))):
                try:
                    self._read(row)
                except (KeyError, Problem, Problems):
                    faulty.add(row.id)
        return faulty

    def _read(self, row: Any) -> Asked:
        kind = self._types[row.type]
        return Asked(
            version_id=row.id,
            type=kind,
            content=kind.read(row.body),
            text_format=row.text_format.value,
            lang=row.lang,
            stem=row.body["stem"],
            explanation=row.body.get("explanation", ""),
            source=row.source,
        )
