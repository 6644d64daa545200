"""Reading a stored body: every fault is collected, so that an author sees them all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.texts import tidy

STEM_LIMIT = 2_000
EXPLANATION_LIMIT = 2_000
REFERENCE_LIMIT = 10_000
PASSAGE_LIMIT = 20_000
KEY_LIMIT = 40


class Reading:
    """A body being read, with the faults found so far."""

    def __init__(self, body: Mapping[str, Json]) -> None:
        if not isinstance(body, Mapping):
            raise Problems([Problem("question.wrong_shape")])
        self.body = body
        self.faults: list[Problem] = []

    def fault(self, code: str, field: str, **params: object) -> None:
        """Note what is wrong with a field."""
        self.faults.append(Problem(code, place=Place(field=field), **params))

    def finish(self) -> None:
        """Raise Problems if anything was wrong."""
        if self.faults:
            raise Problems(self.faults)

    def stem(self, limit: int = STEM_LIMIT) -> str:
        """The question's own text, which must not be empty."""
        stem = self.text("stem", self.body.get("stem"), limit)
        if stem == "":
            self.fault("question.no_stem", "stem")
        return stem or ""

    def explanation(self) -> str:
        """What a learner reads once the key is open."""
        return self.text("explanation", self.body.get("explanation"), EXPLANATION_LIMIT) or ""

    def text(self, field: str, value: Json, limit: int, **params: object) -> str | None:
        """A tidy text of at most `limit` characters; empty if missing, None if the value is no text."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault("question.wrong_shape", field, **params)
            return None
        text = tidy(value)
        if len(text) > limit:
            self.fault("question.text_too_long", field, limit=limit, length=len(text), **params)
        return text

    def reference(self) -> str:
        """A model answer, for those who mark and, once the key is open, for learners."""
        return self.text("reference", self.body.get("reference"), REFERENCE_LIMIT) or ""

    def flag(self, field: str) -> bool:
        """A yes or no; no if missing."""
        value = self.body.get(field, False)
        if not isinstance(value, bool):
            self.fault("question.wrong_shape", field)
        return value is True

    def listed(self, field: str) -> list[Json]:
        """A list; empty if missing."""
        value = self.body.get(field)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.fault("question.wrong_shape", field)
            return []
        return list(value)

    def keyed(self, field: str, *, most: int) -> Iterator[tuple[int, str, Mapping[str, Json]]]:
        """The first `most` tables of a list, numbered from 1, each with its key; keys must be usable and differ."""
        seen: set[str] = set()
        for number, item in enumerate(self.listed(field)[:most], start=1):
            if not isinstance(item, Mapping):
                self.fault("question.wrong_shape", field, number=number)
                continue
            key = item.get("key")
            if not (isinstance(key, str) and 0 < len(key) <= KEY_LIMIT and tidy(key) == key):
                self.fault("question.unusable_key", field, number=number)
                key = ""
            elif key in seen:
                self.fault("question.duplicate_key", field, number=number, key=key)
            seen.add(key)
            yield number, key, item
