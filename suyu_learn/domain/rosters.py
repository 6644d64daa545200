"""Who of the known people a row of a roster means: pure, so that every case can be told apart without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from suyu_learn.domain.names import name_key


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is known already; `unit_id` is the home unit, `reachable` whether the importer may change them."""

    id: int
    name: str
    staff_number: str = ""
    phone: str = ""
    unit_id: int | None = None
    active: bool = True
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of a person. `unit_id` is None where the unit is not known yet, `unit` tells units apart."""

    name: str
    staff_number: str = ""
    phone: str = ""
    unit_id: int | None = None
    unit: str = ""


class Doubt(StrEnum):
    """Why a row asks."""

    NUMBER_OF_SEVERAL = "number_of_several"
    NUMBER_OTHER_NAME = "number_other_name"
    NUMBER_OTHER_PHONE = "number_other_phone"
    LEADING_ZEROS = "leading_zeros"
    PHONE_OTHER_NAME = "phone_other_name"
    PHONE_OTHER_NUMBER = "phone_other_number"
    SEVERAL_OF_THAT_NAME = "several_of_that_name"
    NAME_OTHER_NUMBER = "name_other_number"
    NAME_OTHER_PHONE = "name_other_phone"
    NAME_ELSEWHERE = "name_elsewhere"
    NAME_NO_UNIT = "name_no_unit"
    TWICE_IN_FILE = "twice_in_file"


@dataclass(frozen=True, slots=True)
class Match:
    """One known person, nobody, or a doubt with those it may be."""

    person: int | None = None
    doubt: Doubt | None = None
    candidates: tuple[int, ...] = ()


NOBODY = Match()


class People:
    """The known people of one organization or several, found by number, phone, and name.

    A number is one person's within one organization only: where several have it, name or unit must tell which.
    """

    def __init__(self, known: Iterable[Known]) -> None:
        self.by_id: dict[int, Known] = {}
        self._numbers: dict[str, list[int]] = defaultdict(list)
        self._bare: dict[str, list[int]] = defaultdict(list)
        self._phones: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, list[int]] = defaultdict(list)
        for one in known:
            self.by_id[one.id] = one
            if one.staff_number:
                self._numbers[one.staff_number].append(one.id)
                self._bare[without_zeros(one.staff_number)].append(one.id)
            if one.phone:
                self._phones[one.phone].append(one.id)
            self._names[name_key(one.name)].append(one.id)

    def numbered(self, number: str) -> tuple[int, ...]:
        """Everybody who has a staff number."""
        return tuple(self._numbers.get(number, ())) if number else ()

    def numbered_but_for_zeros(self, number: str) -> tuple[int, ...]:
        """Everybody whose staff number is this one without the zeros in front."""
        return tuple(self._bare.get(without_zeros(number), ())) if number else ()

    def with_number(self, number: str) -> int | None:
        """The one person of a staff number; None also where several have it."""
        those = self.numbered(number)
        return those[0] if len(those) == 1 else None

    def with_phone(self, phone: str) -> tuple[int, ...]:
        """Everybody who has a phone number."""
        return tuple(self._phones.get(phone, ())) if phone else ()

    def named(self, name: str) -> tuple[int, ...]:
        """Everybody of a name."""
        return tuple(self._names.get(name_key(name), ()))

    def is_called(self, person: int, name: str) -> bool:
        """Whether somebody has a name, however it is spaced."""
        return name_key(self.by_id[person].name) == name_key(name)

    def match(self, said: Said) -> Match:
        """By staff number, else by phone, else by name and unit; whatever contradicts asks."""
        return self._by_number(said) or self._by_phone(said) or self._by_name(said) or NOBODY

    def _same_name(self, said: Said, person: int) -> bool:
        return self.is_called(person, said.name)

    def _by_number(self, said: Said) -> Match | None:
        those = self.numbered(said.staff_number)
        if len(those) > 1:
            return self._of_several(said, those)
        person = self.with_number(said.staff_number)
        if person is None:
            alike = self.numbered_but_for_zeros(said.staff_number)
            return Match(doubt=Doubt.LEADING_ZEROS, candidates=alike) if alike else None
        if not self._same_name(said, person):
            return Match(doubt=Doubt.NUMBER_OTHER_NAME, candidates=(person,))
        others = [one for one in self._phones.get(said.phone, []) if one != person] if said.phone else []
        if others and said.phone != self.by_id[person].phone:
            return Match(doubt=Doubt.NUMBER_OTHER_PHONE, candidates=(person, *others))
        return Match(person)

    def _of_several(self, said: Said, those: Sequence[int]) -> Match:
        """Who of those with one number is meant: by the name, and where that does not do, by the unit."""
        named = [one for one in those if self._same_name(said, one)]
        here = [one for one in named if said.unit_id is not None and self.by_id[one].unit_id == said.unit_id]
        fitting = here or named
        if len(fitting) == 1:
            return Match(fitting[0])
        return Match(doubt=Doubt.NUMBER_OF_SEVERAL, candidates=tuple(fitting or those))

    def _by_phone(self, said: Said) -> Match | None:
        found = self._phones.get(said.phone, []) if said.phone else []
        named = [one for one in found if self._same_name(said, one)]
        if len(named) > 1:
            return Match(doubt=Doubt.SEVERAL_OF_THAT_NAME, candidates=tuple(named))
        if named:
            number = self.by_id[named[0]].staff_number
            if number and said.staff_number and number != said.staff_number:
                return Match(doubt=Doubt.PHONE_OTHER_NUMBER, candidates=tuple(named))
            return Match(named[0])
        if found and not said.staff_number:
            return Match(doubt=Doubt.PHONE_OTHER_NAME, candidates=tuple(found))
        return None

    def _by_name(self, said: Said) -> Match | None:
        found = self._names.get(name_key(said.name), [])
        here = [one for one in found if said.unit_id is not None and self.by_id[one].unit_id == said.unit_id]
        if len(here) > 1:
            may_be = tuple(one for one in here if not self._another(said, self.by_id[one])) or tuple(here)
            return Match(doubt=Doubt.SEVERAL_OF_THAT_NAME, candidates=may_be)
        if here:
            known = self.by_id[here[0]]
            if known.staff_number and said.staff_number:
                return Match(doubt=Doubt.NAME_OTHER_NUMBER, candidates=(known.id,))
            if known.phone and said.phone:
                return Match(doubt=Doubt.NAME_OTHER_PHONE, candidates=(known.id,))
            return Match(known.id)
        elsewhere = tuple(one for one in found if not self._another(said, self.by_id[one]))
        if not elsewhere:
            return None
        nowhere = all(self.by_id[one].unit_id is None for one in elsewhere)
        return Match(doubt=Doubt.NAME_NO_UNIT if nowhere else Doubt.NAME_ELSEWHERE, candidates=elsewhere)

    @staticmethod
    def _another(said: Said, known: Known) -> bool:
        """Whether number or phone tell two people of one name apart."""
        numbers = said.staff_number and known.staff_number and said.staff_number != known.staff_number
        phones = said.phone and known.phone and said.phone != known.phone
        return bool(numbers or phones)


def without_zeros(number: str) -> str:
    """A number as a spreadsheet leaves it when it takes it for a quantity: 00123 becomes 123."""
    return number.lstrip("0") or number


def fuller_number(one: str, other: str) -> str:
    """Of two spellings that differ by leading zeros, the one that lost none."""
    return one if len(one) >= len(other) else other


def repeated(rows: Sequence[Said]) -> dict[int, int]:
    """Rows that speak of somebody of whom an earlier row spoke: their places, to the place of the first."""
    first: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for place, said in enumerate(rows):
        keys: list[tuple[str, ...]] = []
        name = name_key(said.name)
        if said.staff_number:
            keys.append(("number", said.staff_number))
        elif said.phone:
            keys.append(("phone", name, said.phone))
        else:
            keys.append(("name", name, said.unit))
        if said.staff_number and said.phone:
            keys.append(("phone", name, said.phone))
        for key in keys:
            if key in first:
                found.setdefault(place, first[key])
        for key in keys:
            first.setdefault(key, place)
    return found


def perhaps_named_before(rows: Sequence[Said]) -> dict[int, int]:
    """Rows without a number whose name and unit another row has too, with more about the person: to that row's place.

    By name and unit alone, which is all that such a row may go by, it could mean that very person.
    """
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, said in enumerate(rows):
        alike[name_key(said.name), said.unit].append(place)
    found: dict[int, int] = {}
    for places in alike.values():
        fullest = max(places, key=lambda place: _fullness(rows[place]))
        found |= {place: fullest for place in places if _fullness(rows[place]) < _fullness(rows[fullest])}
    return {place: found[place] for place in sorted(found)}


def _fullness(said: Said) -> int:
    return 2 if said.staff_number else 1 if said.phone else 0
