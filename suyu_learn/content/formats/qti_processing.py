"""What a QTI item's response processing makes of a response: its rules are followed, not guessed at.

So an item is taken only when its own marking gives the key its points, and what it shows beside the right answer is
its explanation. A rule that cannot be followed raises NotFollowed with the name of what is strange.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeAlias
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.qti_names import all_of, values_of

Atom: TypeAlias = str | Decimal | bool
Value: TypeAlias = tuple[Atom, ...]
"""Null is the empty value; whether it is a set or a sequence follows from what compares it."""

MOST_STEPS = 5_000
_STILL = frozenset({"baseValue", "mapResponse", "exitResponse"})
_NUMBERS = frozenset({"float", "integer"})
_ZERO = Decimal(0)


class NotFollowed(Exception):
    """A part of the processing that has no equal here."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one answer earns in a mapping."""

    key: str
    value: Decimal
    case_sensitive: bool


@dataclass(frozen=True)
class Declared:
    """A response variable: its kind, what is right, and what its mapping gives."""

    identifier: str
    cardinality: str
    base: str
    correct: tuple[str, ...]
    mapping: tuple[Mapped, ...]
    default: Decimal = _ZERO
    lower: Decimal | None = None
    upper: Decimal | None = None

    def atoms(self, values: Sequence[str]) -> Value:
        return tuple(_atom(value, self.base) for value in values)

    def mapped(self, values: Sequence[Atom]) -> Decimal:
        """What the mapping gives; each different answer counts once."""
        exact, loose = self._worths
        total = _ZERO
        for value in dict.fromkeys(values):
            folded = str(value).casefold()
            total += exact[value] if value in exact else loose.get(folded, self.default)
        if self.lower is not None:
            total = max(total, self.lower)
        return total if self.upper is None else min(total, self.upper)

    @cached_property
    def _worths(self) -> tuple[dict[Atom, Decimal], dict[str, Decimal]]:
        exact: dict[Atom, Decimal] = {}
        loose: dict[str, Decimal] = {}
        for entry in self.mapping:
            known = _atom(entry.key, self.base)
            exact.setdefault(known, entry.value)
            if not entry.case_sensitive:
                loose.setdefault(str(known).casefold(), entry.value)
        return exact, loose


def declared_in(item: Element) -> dict[str, Declared]:
    """The response variables of an item."""
    return {one.identifier: one for one in map(_declared, all_of(item, "responseDeclaration"))}


def number(text: str | None) -> Decimal | None:
    """A number as XML writes it, or None."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None


def _declared(element: Element) -> Declared:
    base = element.get("baseType", "identifier")
    mapping = element.find("mapping")
    entries = [] if mapping is None else [
        Mapped(entry.get("mapKey", ""), number(entry.get("mappedValue")) or _ZERO,
               entry.get("caseSensitive", "true") != "false")
        for entry in mapping.iter("mapEntry")
    ]  # fmt: skip
    limits = {} if mapping is None else mapping.attrib
    return Declared(
        element.get("identifier", ""), element.get("cardinality", "single"), base,
        tuple(values_of(element.find("correctResponse"))), tuple(entries), number(limits.get("defaultValue")) or _ZERO,
        number(limits.get("lowerBound")), number(limits.get("upperBound")),
    )  # fmt: skip


def _atom(text: str, base: str) -> Atom:
    if base in _NUMBERS:
        value = number(text)
        return text if value is None else value
    if base == "boolean":
        return text.strip() == "true"
    if base == "pair":
        return " ".join(sorted(text.split()))
    return " ".join(text.split())


class Processing:
    """The marking of one item."""

    def __init__(self, item: Element) -> None:
        self.declared = declared_in(item)
        self._outcomes = {one.get("identifier", ""): one for one in all_of(item, "outcomeDeclaration")}
        self._rules = item.find("responseProcessing")

    @property
    def has_rules(self) -> bool:
        """Whether the item says at all how it is marked: rules that set no outcome say nothing."""
        if self._rules is None:
            return False
        if len(self._rules) == 0:
            return bool(self._rules.get("template"))
        return any(rule.tag not in _STILL for rule in self._rules.iter() if rule.tag.endswith(("Value", "Response")))

    @property
    def rules(self) -> Element | None:
        return self._rules

    def score(self, responses: Mapping[str, Sequence[str]]) -> Decimal:
        """The points that the responses earn; raises NotFollowed."""
        outcomes = self.outcomes(responses)
        name = (
            "SCORE"
            if "SCORE" in outcomes
            else next(
                (one for one, said in self._outcomes.items() if said.get("baseType") in _NUMBERS and one != "MAXSCORE"),
                "",
            )
        )
        found = outcomes.get(name, ())
        return found[0] if found and isinstance(found[0], Decimal) else _ZERO  # fmt: skip

    def outcomes(self, responses: Mapping[str, Sequence[str]]) -> dict[str, Value]:
        """All outcome variables after processing the responses; raises NotFollowed."""
        state = {name: self._default(said) for name, said in self._outcomes.items()}
        state.setdefault("numAttempts", (Decimal(1),))
        given = {name: one.atoms(responses.get(name, ())) for name, one in self.declared.items()}
        run = _Run(self.declared, given, state)
        if self._rules is None:
            return state
        if len(self._rules):
            run.rules(self._rules)
        elif template := self._rules.get("template"):
            run.template(template)
        return state

    def outcome_default(self, name: str) -> str:
        """What an outcome variable starts with, as text; empty where nothing is said."""
        said = self._outcomes.get(name)
        return "" if said is None else "\n".join(values_of(said.find("defaultValue")))

    def most(self) -> Decimal | None:
        """The points that the item says it is worth."""
        score = self._outcomes.get("SCORE")
        said = number(self.outcome_default("MAXSCORE"))
        return said if said is not None or score is None else number(score.get("normalMaximum"))

    def _default(self, said: Element) -> Value:
        base = said.get("baseType", "identifier")
        values = tuple(_atom(value, base) for value in values_of(said.find("defaultValue")))
        return (_ZERO,) if not values and base in _NUMBERS else values


class _Run:
    """One walk through the rules."""

    def __init__(self, declared: Mapping[str, Declared], given: Mapping[str, Value], state: dict[str, Value]) -> None:
        self._declared = declared
        self._given = given
        self._state = state
        self._steps = 0

    def template(self, address: str) -> None:
        name = address.rstrip("/").rpartition("/")[2].lower().removesuffix(".xml")
        response = "RESPONSE" if "RESPONSE" in self._declared else next(iter(self._declared), "")
        if response == "" or not any(one in name for one in ("match_correct", "cc2_match", "map_response")) or (
            "point" in name):  # fmt: skip
            raise NotFollowed(name or "responseProcessing")
        known = self._declared[response]
        if name.endswith("map_response"):
            given = self._given[response]
            self._state["SCORE"] = (known.mapped(given) if given else _ZERO,)
            return
        right = _same(self._given[response], known.atoms(known.correct), known.cardinality == "ordered")
        self._state["SCORE"] = (Decimal(bool(right)),)
        self._state.setdefault("FEEDBACKBASIC", ("correct" if right else "incorrect",))

    def rules(self, parent: Element) -> bool:
        """Follow the rules one after the other; false once one of them ends the processing."""
        for rule in parent:
            self._step()
            if rule.tag == "setOutcomeValue":
                self._state[rule.get("identifier", "")] = self._value(rule[0]) if len(rule) else ()
            elif rule.tag == "responseCondition":
                if not self._condition(rule):
                    return False
            elif rule.tag == "responseProcessingFragment":
                if not self.rules(rule):
                    return False
            elif rule.tag == "exitResponse":
                return False
            else:
                raise NotFollowed(rule.tag)
        return True

    def _condition(self, rule: Element) -> bool:
        for branch in rule:
            if branch.tag == "responseElse":
                return self.rules(branch)
            if branch.tag not in ("responseIf", "responseElseIf") or not len(branch):
                raise NotFollowed(branch.tag)
            if self._true(branch[0]):
                inner = Element("rules")
                inner.extend(list(branch)[1:])
                return self.rules(inner)
        return True

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MOST_STEPS:
            raise NotFollowed("responseProcessing")

    def _true(self, element: Element) -> bool:
        return self._value(element) == (True,)

    def _value(self, element: Element) -> Value:
        self._step()
        if element.tag in _LEAVES:
            found = _LEAVES[element.tag](self, element)
            self._step(len(found))
            return found
        if element.tag == "match" and len(element) == 2:
            left, right = (self._value(child) for child in element)
            return () if not left or not right else (_same(left, right, self._in_sequence(element)),)
        operator = _OPERATORS.get(element.tag)
        if operator is None:
            raise NotFollowed(element.tag)
        return operator(element, [self._value(child) for child in element])

    def _in_sequence(self, element: Element) -> bool:
        return any(
            child.tag == "ordered"
            or (child.tag in ("variable", "correct") and child.get("identifier") in self._declared
                and self._declared[child.get("identifier", "")].cardinality == "ordered")
            for child in element
        )  # fmt: skip

    def _variable(self, element: Element) -> Value:
        name = element.get("identifier", "")
        if name in self._given:
            return self._given[name]
        if name in self._state:
            return self._state[name]
        if name == "completionStatus":
            return ("unknown",)
        raise NotFollowed(f"variable {name}")

    def _correct(self, element: Element) -> Value:
        known = self._declared.get(element.get("identifier", ""))
        return () if known is None else known.atoms(known.correct)

    def _base_value(self, element: Element) -> Value:
        return (_atom(element.text or "", element.get("baseType", "identifier")),)

    def _map_response(self, element: Element) -> Value:
        known = self._declared.get(element.get("identifier", ""))
        if known is None:
            raise NotFollowed("mapResponse")
        given = self._given[known.identifier]
        return (known.mapped(given) if given else _ZERO,)


_LEAVES: dict[str, Callable[[_Run, Element], Value]] = {
    "variable": _Run._variable,
    "correct": _Run._correct,
    "baseValue": _Run._base_value,
    "mapResponse": _Run._map_response,
    "null": lambda _run, _element: (),
}


def _same(left: Value, right: Value, in_sequence: bool) -> bool:
    return left == right if in_sequence else Counter(left) == Counter(right)


def _numbers(values: Sequence[Value]) -> list[Decimal] | None:
    atoms = [atom for value in values for atom in value]
    if any(not value for value in values):
        return None
    found = [atom for atom in atoms if isinstance(atom, Decimal)]
    return found if len(found) == len(atoms) else None


def _equal(element: Element, values: list[Value]) -> Value:
    found = _numbers(values)
    if found is None or len(found) != 2:
        return () if found is None else (False,)
    low, high = tolerance_of(element, found[1])
    return (low <= found[0] <= high,)


def tolerance_of(element: Element, value: Decimal) -> tuple[Decimal, Decimal]:
    """From where to where a number is still equal to `value`; raises NotFollowed."""
    mode = element.get("toleranceMode", "exact")
    said = [number(one) for one in (element.get("tolerance") or "").split()]
    if mode == "exact" or not said:
        return value, value
    if mode not in ("absolute", "relative") or None in said or len(said) > 2:
        raise NotFollowed(f"equal {mode}")
    low, high = (abs(one or _ZERO) for one in (said[0], said[-1]))
    if mode == "relative":
        low, high = abs(value) * low / 100, abs(value) * high / 100
    return value - low, value + high


def _compared(test: Callable[[Decimal, Decimal], bool]) -> Callable[[Element, list[Value]], Value]:
    def compare(_element: Element, values: list[Value]) -> Value:
        found = _numbers(values)
        return () if found is None or len(found) != 2 else (test(found[0], found[1]),)

    return compare


def _string_match(element: Element, values: list[Value]) -> Value:
    if len(values) != 2 or not all(values):
        return ()
    left, right = (str(value[0]) for value in values)
    if element.get("caseSensitive", "true") == "false":
        left, right = left.casefold(), right.casefold()
    return ((right in left) if element.get("substring") == "true" else left == right,)


def _arithmetic(work: Callable[[list[Decimal]], Decimal]) -> Callable[[Element, list[Value]], Value]:
    def calculate(element: Element, values: list[Value]) -> Value:
        found = _numbers(values)
        if not found:
            return ()
        try:
            return (work(found),)
        except (ArithmeticError, IndexError) as error:
            raise NotFollowed(element.tag) from error

    return calculate


def _product(values: list[Decimal]) -> Decimal:
    total = Decimal(1)
    for value in values:
        total *= value
    return total


def _gathered(_element: Element, values: list[Value]) -> Value:
    return tuple(atom for value in values for atom in value)


def _without(_element: Element, values: list[Value]) -> Value:
    return () if len(values) != 2 else tuple(atom for atom in values[1] if atom not in values[0])


_OPERATORS: dict[str, Callable[[Element, list[Value]], Value]] = {
    "and": lambda _element, values: (all(value == (True,) for value in values),),
    "or": lambda _element, values: (any(value == (True,) for value in values),),
    "not": lambda _element, values: (values[:1] != [(True,)],),
    "isNull": lambda _element, values: (not any(values),),
    "member": lambda _element, values: (len(values) == 2 and bool(values[0]) and values[0][0] in values[1],),
    "contains": lambda _element, values: (len(values) == 2 and not Counter(values[1]) - Counter(values[0]),),
    "containerSize": lambda _element, values: (Decimal(sum(map(len, values))),),
    "multiple": _gathered,
    "ordered": _gathered,
    "delete": _without,
    "equal": _equal,
    "stringMatch": _string_match,
    "gt": _compared(lambda left, right: left > right),
    "gte": _compared(lambda left, right: left >= right),
    "lt": _compared(lambda left, right: left < right),
    "lte": _compared(lambda left, right: left <= right),
    "sum": _arithmetic(lambda values: sum(values, _ZERO)),
    "product": _arithmetic(_product),
    "subtract": _arithmetic(lambda values: values[0] - values[1]),
    "divide": _arithmetic(lambda values: values[0] / values[1]),
    "max": _arithmetic(max),
    "min": _arithmetic(min),
}
