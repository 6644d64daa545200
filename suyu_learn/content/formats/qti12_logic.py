"""The conditions of QTI 1.2: what responses earn and which feedback they bring, followed rule by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_processing import NotFollowed, number

MOST_STEPS = 5_000
_ZERO = Decimal(0)
_COMPARING = frozenset({"varlt", "varlte", "vargt", "vargte"})


@dataclass
class Marked:
    """What a set of responses brings: points by variable, and feedback by its identifiers."""

    points: dict[str, Decimal] = field(default_factory=dict)
    feedback: list[str] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum(self.points.values(), _ZERO)


class Conditions:
    """The response processing of one item."""

    def __init__(self, item: Element, cardinalities: Mapping[str, str]) -> None:
        self._conditions = [one for part in item.iter("resprocessing") for one in part.iter("respcondition")]
        self._cardinalities = cardinalities
        self._steps = 0

    @property
    def rewarding(self) -> list[tuple[Element, Decimal]]:
        """The conditions that give points, with how many."""
        found = [(one, _points_of(one)) for one in self._conditions]
        return [(one, points) for one, points in found if points > 0]

    def mark(self, responses: Mapping[str, Sequence[str]]) -> Marked:
        """Follow the conditions one after the other; raises NotFollowed at what has no equal here."""
        marked = Marked()
        self._steps = 0
        for condition in self._conditions:
            variables = condition.find("conditionvar")
            if variables is None or not self._all(variables, responses):
                continue
            for rule in condition:
                if rule.tag == "setvar":
                    _set(marked, rule)
                elif rule.tag == "displayfeedback":
                    marked.feedback.append(rule.get("linkrefid", ""))
            if condition.get("continue") == "No":
                break
        return marked

    def _all(self, parent: Element, responses: Mapping[str, Sequence[str]]) -> bool:
        """Whether all of a list of tests hold; of several values for one answer one will do."""
        equals: dict[str, list[Element]] = {}
        for child in parent:
            if child.tag == "varequal":
                equals.setdefault(child.get("respident", ""), []).append(child)
        for name, tests in equals.items():
            if not self._equal_to(name, tests, responses.get(name, ())):
                return False
        return all(self._holds(child, responses) for child in parent if child.tag != "varequal")

    def _equal_to(self, name: str, tests: Sequence[Element], given: Sequence[str]) -> bool:
        self._step(len(tests))
        cardinality = self._cardinalities.get(name, "Single")
        if cardinality == "Ordered":
            return [words_of(test) for test in tests] == list(given)
        found = [any(_same(test, value) for value in given) for test in tests]
        return all(found) if cardinality == "Multiple" else any(found)

    def _holds(self, test: Element, responses: Mapping[str, Sequence[str]]) -> bool:
        self._step()
        if test.tag == "other":
            return True
        if test.tag == "and":
            return self._all(test, responses)
        if test.tag == "or":
            return any(self._one(child, responses) for child in test)
        if test.tag == "not":
            return not any(self._one(child, responses) for child in test)
        given = responses.get(test.get("respident", ""), ())
        if test.tag == "unanswered":
            return not given
        if test.tag in _COMPARING:
            return _compares(test, given)
        raise NotFollowed(test.tag)

    def _one(self, test: Element, responses: Mapping[str, Sequence[str]]) -> bool:
        if test.tag == "varequal":
            self._step()
            return any(_same(test, value) for value in responses.get(test.get("respident", ""), ()))
        return self._holds(test, responses)

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MOST_STEPS:
            raise NotFollowed("resprocessing")


def _set(marked: Marked, rule: Element) -> None:
    name, action = rule.get("varname", "SCORE"), rule.get("action", "Set")
    value = number(rule.text)
    if value is None:
        raise NotFollowed("setvar")
    before = marked.points.get(name, _ZERO)
    if action == "Set":
        marked.points[name] = value
    elif action == "Add":
        marked.points[name] = before + value
    elif action == "Subtract":
        marked.points[name] = before - value
    else:
        raise NotFollowed(f"setvar {action}")


def _points_of(condition: Element) -> Decimal:
    return sum((number(rule.text) or _ZERO for rule in condition.iter("setvar")
                if rule.get("action", "Set") in ("Set", "Add")), _ZERO)  # fmt: skip


def _same(test: Element, given: str) -> bool:
    said = words_of(test)
    if said == given:
        return True
    left, right = number(said), number(given)
    if left is not None and right is not None:
        return left == right
    return test.get("case", "No") != "Yes" and said.casefold() == given.casefold()


def _compares(test: Element, given: Sequence[str]) -> bool:
    limit = number(words_of(test))
    value = number(given[0]) if given else None
    if limit is None:
        raise NotFollowed(test.tag)
    if value is None:
        return False
    if test.tag in ("varlt", "varlte"):
        return value < limit or (test.tag == "varlte" and value == limit)
    return value > limit or (test.tag == "vargte" and value == limit)
