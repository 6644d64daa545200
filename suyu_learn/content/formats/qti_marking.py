"""What an item's key is, and whether the item's own marking agrees with how the question will be marked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti_names import words_of
from suyu_learn.content.formats.qti_processing import Declared, NotFollowed, Processing
from suyu_learn.domain.problems import Problem

_ZERO = Decimal(0)


@dataclass
class Asked:
    """One item being asked what is right; its key grows with each of its interactions."""

    uid: str
    processing: Processing
    losses: Losses
    warn: Callable[..., None]
    own_type: str = ""
    """The type that one of our own packages says; empty otherwise."""
    key: dict[str, list[str]] = field(default_factory=dict)
    _probes: list[tuple[str, list[str], bool]] = field(default_factory=list)

    def declared(self, interaction: Element) -> Declared:
        """The response variable of an interaction."""
        found = self.processing.declared.get(interaction.get("responseIdentifier", ""))
        if found is None:
            raise Problem("qti.no_response_variable", name=interaction.get("responseIdentifier", "")[:80])
        return found

    def correct(self, declared: Declared) -> list[str]:
        """The correct response as declared, or as the mapping or the rules have it; raises Problem if there is none."""
        found = [" ".join(value.split()) for value in declared.correct]
        if not found:
            found = [entry.key for entry in declared.mapping if entry.value > 0]
        if not found:
            found = self._compared_with(declared)
        if not found:
            raise Problem("qti.no_key")
        self.note_key(declared, found)
        return found

    def right_choices(self, declared: Declared, offered: Sequence[str], *, one_only: bool) -> list[str]:
        """Which of the choices offered are right."""
        right = self.correct(declared)
        if one_only and not declared.correct and len(right) > 1:
            best = max(declared.mapping, key=lambda entry: entry.value, default=None)
            equal = [entry for entry in declared.mapping if best is not None and entry.value == best.value]
            if best is None or len(equal) > 1:
                raise Problem("qti.several_keys")
            right = [best.key]
            self.note_key(declared, right)
        if one_only and len(right) > 1:
            raise Problem("qti.several_keys")
        unknown = [key for key in right if key not in offered]
        if unknown:
            raise Problem("qti.key_unknown", key=unknown[0][:80])
        self._tell_mapping(declared, right)
        return right

    def accepted(self, declared: Declared) -> list[str]:
        """The texts that earn the full points of a gap, the declared one first."""
        best = max((entry.value for entry in declared.mapping), default=_ZERO)
        full = [entry.key for entry in declared.mapping if entry.value == best and best > 0]
        as_written = {" ".join(text.split()): text for text in reversed(full)}
        texts = list(dict.fromkeys(as_written.get(" ".join(one.split()), one) for one in [*declared.correct, *full]))
        texts = [text for text in texts if text.strip()]
        if not texts:
            texts = self._compared_with(declared)
        if not texts:
            raise Problem("qti.no_key")
        self.note_key(declared, [texts[0]])
        if any(0 < entry.value < best for entry in declared.mapping if entry.key not in texts):
            self.losses.add("qti.partial_points")
        return texts

    def counts_once(self, declared: Sequence[Declared], texts: Sequence[str]) -> bool:
        """Whether one and the same text in every gap earns less than different ones do."""
        alike = {one.identifier: [texts[0]] for one in declared}
        apart = {one.identifier: [text] for one, text in zip(declared, texts, strict=True)}
        try:
            less = self.processing.score({**self.key, **alike}) < self.processing.score({**self.key, **apart})
        except NotFollowed:
            return False
        if less:
            self.key.update(apart)
        return less

    def note_key(self, declared: Declared, values: Sequence[str]) -> None:
        """Remember the right values of a variable."""
        self.key[declared.identifier] = list(values)

    def probe(self, declared: Declared, values: Sequence[str], *, beside_the_key: bool) -> None:
        """Ask, once the key is whole, what a wrong response earns."""
        self._probes.append((declared.identifier, list(values), beside_the_key))

    def checked(self) -> Decimal | None:
        """What the whole key earns by the item's own rules, None where it has none; raises Problem if they differ."""
        if not self.processing.has_rules:
            return None
        try:
            full = self.processing.score(self.key)
            if full <= 0 or full <= self.processing.score({}):
                raise Problem("qti.key_earns_nothing")
            for name, values, beside in self._probes:
                self._check(full, self.processing.score({**self.key, name: values}), beside)
        except NotFollowed as strange:
            raise Problem("qti.marking", name=str(strange)[:80]) from strange
        return full

    def _check(self, full: Decimal, earned: Decimal, beside_the_key: bool) -> None:
        if earned >= full and not beside_the_key:
            raise Problem("qti.several_keys")
        if earned >= full:
            self.losses.add("qti.wrong_not_counted")

    def _tell_mapping(self, declared: Declared, right: Sequence[str]) -> None:
        wrong = [entry.value for entry in declared.mapping if entry.key not in right]
        if any(value > 0 for value in wrong) or len({e.value for e in declared.mapping if e.key in right}) > 1:
            self.losses.add("qti.partial_points")
        if any(value < 0 for value in (*wrong, declared.default if declared.mapping else _ZERO)):
            self.losses.add("qti.negative_points")

    def _compared_with(self, declared: Declared) -> list[str]:
        """The one set of values that the rules compare the variable with and reward, if it is just one."""
        rules = self.processing.rules
        candidates: list[list[str]] = []
        for one in () if rules is None else (*rules.iter("match"), *rules.iter("stringMatch")):
            if any(child.tag == "variable" and child.get("identifier") == declared.identifier for child in one):
                values = [words_of(value) for value in one.iter("baseValue")]
                if values and values not in candidates:
                    candidates.append(values)
        rewarded = [values for values in candidates[:20] if self._earns(declared, values)]
        if len(rewarded) > 1 and declared.cardinality != "single":
            raise Problem("qti.several_keys")
        if declared.base == "string" and declared.cardinality == "single":
            return [value for values in rewarded for value in values]
        return rewarded[0] if len(rewarded) == 1 else []

    def _earns(self, declared: Declared, values: Sequence[str]) -> bool:
        try:
            return self.processing.score({**self.key, declared.identifier: values}) > self.processing.score(self.key)
        except NotFollowed:
            return False
