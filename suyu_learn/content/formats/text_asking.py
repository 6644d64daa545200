"""Which questions of running text still ask for an answer from a list at the end."""

from __future__ import annotations

from suyu_learn.content.formats.text_passage import Passage
from suyu_learn.content.normalise.answers import letters_in
from suyu_learn.content.normalise.truth import truth
from suyu_learn.content.normalise.types import CHOICE, MULTIPLE, OPEN, SINGLE


class Asking:
    """The questions by number that have no answer yet, as a whole and by section."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[int | None, int], list[Passage]] = {}
        self.begun: dict[tuple[int | None, int], int] = {}
        self.passages: list[Passage] = []

    def add(self, passage: Passage) -> None:
        """A question with a number."""
        if passage.number is not None:
            for section in (None, passage.section):
                self.waiting.setdefault((section, passage.number), []).append(passage)

    def open(self, number: int, section: int | None) -> Passage | None:
        """The first question of that number without an answer."""
        key = (section, number)
        listed, at = self.waiting.get(key, ()), self.begun.get(key, 0)
        while at < len(listed) and "answer" in listed[at].fields:
            at += 1
        self.begun[key] = at
        return listed[at] if at < len(listed) else None

    def add_passage(self, passage: Passage) -> None:
        """A passage without a number that has questions （1）（2）."""
        self.passages.append(passage)

    def passage(self, section: int | None) -> Passage | None:
        """The first such passage without an answer; only of that section, if one is said."""
        while self.passages and "answer" in self.passages[0].fields:
            self.passages.pop(0)
        found = self.passages[0] if self.passages else None
        return found if found is not None and section in (None, found.section) else None


def is_closed(passage: Passage) -> bool:
    """Whether its answer is letters or a verdict, and nothing else was said behind it."""
    given = passage.fields.get("answer", ())
    if len(given) != 1 or len(given[0]) > 60 or passage.fields.get("explanation"):
        return False
    return bool(letters_in(given[0])) or truth(given[0]) is not None


def agree(kind: str, other: str) -> bool:
    """Whether answers below a heading may be those of a section, by the types that the two name."""
    if not kind or not other or kind == other or (kind in OPEN and other in OPEN):
        return True
    return CHOICE in (kind, other) and {kind, other} <= {CHOICE, SINGLE, MULTIPLE}
