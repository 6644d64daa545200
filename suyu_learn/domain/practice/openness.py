"""How far a bank is open for practice, and the ways of practising."""

from __future__ import annotations

from enum import StrEnum


class Openness(StrEnum):
    """Whether everybody in a bank's unit may practise with it."""

    CLOSED = "closed"
    OPEN = "open"
    """Without what an exam that is not over may ask, as long as that exam keeps its key to itself."""
    OPEN_WITH_EXAMS = "open_with_exams"
    """Also with that; never with what an assessment may ask."""


class PracticeMode(StrEnum):
    """Where an answer came from."""

    IN_ORDER = "order"
    RANDOM = "random"
    NOTEBOOK = "notebook"
    MOCK = "mock"
    EXAM = "exam"
    """A wrong answer of an exam whose key the person may see: no practice, but a mistake to learn from."""
