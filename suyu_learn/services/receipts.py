"""Receipts of papers handed in: a short signed code that everybody can copy and the organizers can check.

A code is the number of the attempt and two signatures of 30 bits: the first of the attempt, its exam and its person,
the second of when it was handed in and with which answers besides. So a code that was copied wrongly, or made up,
differs from a paper that was changed afterwards. Marks are not in it: they may change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.models import Attempt, Exam, Person
from suyu_learn.services.steps import projected, slots_of

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 without I, L, O and U, which are read as others when copied by hand."""
_READ_AS = str.maketrans("ILOU", "110V")
_PART = 6
_LEAST_NUMBER = 4
_GROUP = 4
NUMBER = 8
"""Characters of an attempt's key by which it is told of in words, as in the audit trail."""


class Agreement(StrEnum):
    """What became of a receipt that somebody shows."""

    AGREES = "agrees"
    CHANGED = "changed"  # the code is genuine, but what is stored is something else
    ONLY_NUMBER = "only_number"  # found by its number, which proves nothing


@dataclass(frozen=True, slots=True)
class Checked:
    """The attempt that a receipt is of, and how it stands with it."""

    attempt: Attempt
    agreement: Agreement
    answered: int
    code: str
    """As it would be made now."""


def digest(responses: Iterable[tuple[int, Any]]) -> str:
    """What tells these responses, by slot, from all others."""
    said = [[slot, response] for slot, response in sorted(responses, key=lambda pair: pair[0]) if response is not None]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def code(session: Session, attempt: Attempt, person: Person, *, secret: str) -> str:
    """The receipt's code of a closed attempt."""
    number, whose, what = _parts(attempt, person, _digest(session, attempt), secret=secret)
    return _grouped(number + whose + what)


def number_of(attempt: Attempt) -> str:
    """The first characters of an attempt's key, by which people name it."""
    return attempt.key[:NUMBER].upper()


def check(session: Session, exam: Exam, typed: str, *, secret: str) -> Checked | None:
    """The attempt of this exam whose code or number was typed; None where there is none."""
    read = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_READ_AS)
    if len(read) >= _LEAST_NUMBER + 2 * _PART:
        found = _by_code(session, exam, read, secret=secret)
        if found is not None:
            return found
    attempt = _by_number(session, exam, typed.strip().upper())
    return _checked(session, attempt, Agreement.ONLY_NUMBER, secret=secret) if attempt is not None else None


def _by_code(session: Session, exam: Exam, read: str, *, secret: str) -> Checked | None:
    signed = read[-2 * _PART :]
    attempt = session.get(Attempt, _number(read[: -2 * _PART]))
    if attempt is None or attempt.exam_id != exam.id or attempt.trial or attempt.closed_at is None:
        return None
    stored = _digest(session, attempt)
    for person in _persons(session, attempt.person_id):
        _, whose, what = _parts(attempt, person, stored, secret=secret)
        if hmac.compare_digest(whose, signed[:_PART]):
            same = hmac.compare_digest(what, signed[_PART:]) and _unchanged(session, attempt, stored)
            return _checked(session, attempt, Agreement.AGREES if same else Agreement.CHANGED, secret=secret)
    return None


def _by_number(session: Session, exam: Exam, typed: str) -> Attempt | None:
    if len(typed) != NUMBER:
        return None
    return session.scalar(
        select(Attempt)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.closed_at.is_not(None))
        .where(func.upper(func.substr(Attempt.key, 1, NUMBER)) == typed)
        .limit(1)
    )


def _checked(session: Session, attempt: Attempt, agreement: Agreement, *, secret: str) -> Checked:
    slots = slots_of(session, attempt)
    return Checked(
        attempt, agreement, sum(slot.response is not None for slot in slots),
        code(session, attempt, session.get_one(Person, attempt.person_id), secret=secret),
    )  # fmt: skip


def _unchanged(session: Session, attempt: Attempt, stored: str) -> bool:
    """Whether the rows, the steps and what was noted at handing in say the same."""
    truth = projected(session, attempt)
    by_steps = digest(truth.responses.items())
    by_rows = digest((slot.number, slot.response) for slot in slots_of(session, attempt))
    return by_steps == by_rows == stored and truth.closed_at == attempt.closed_at


def _digest(session: Session, attempt: Attempt) -> str:
    """As noted at handing in; of papers handed in before there were receipts, as they stand."""
    return attempt.answers_digest or digest((slot.number, slot.response) for slot in slots_of(session, attempt))


def _persons(session: Session, person_id: int) -> Iterable[Person]:
    """A person and everybody whose entry was merged into theirs: the receipt may be older than that."""
    ids = [person_id]
    while ids:
        yield from session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))
        ids = list(session.scalars(select(Person.id).where(Person.merged_into_id.in_(ids))))


def _parts(attempt: Attempt, person: Person, answers: str, *, secret: str) -> tuple[str, str, str]:
    whose: Mapping[str, Any] = {"attempt": attempt.key, "exam": attempt.exam_id, "person": person.key}
    closed_at = attempt.closed_at.isoformat() if attempt.closed_at is not None else ""
    number = _letters(attempt.id, _LEAST_NUMBER)
    return number, _signed(secret, whose), _signed(secret, {**whose, "closed_at": closed_at, "answers": answers})


def _signed(secret: str, said: Mapping[str, Any]) -> str:
    key = hashlib.sha256(b"suyu-learn receipt\0" + secret.encode()).digest()
    made = hmac.new(key, json.dumps(said, sort_keys=True).encode(), hashlib.sha256).digest()
    return _letters(int.from_bytes(made[:8], "big") >> (64 - 5 * _PART), _PART)


def _letters(value: int, least: int) -> str:
    """A number in base 32."""
    found = ""
    while value or len(found) < least:
        value, place = divmod(value, len(LETTERS))
        found = LETTERS[place] + found
    return found


def _number(text: str) -> int:
    value = 0
    for letter in text[:12]:
        value = value * len(LETTERS) + LETTERS.index(letter)
    return value


def _grouped(text: str) -> str:
    return "-".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))
