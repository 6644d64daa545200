"""Numbers as people type them, read to Decimal; nothing here takes longer for a huge exponent."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation
from unicodedata import normalize

from suyu_learn.domain.questions.contract import Json
from suyu_learn.domain.questions.reading import Reading
from suyu_learn.domain.questions.texts import with_exponents

NUMBER_LIMIT = 200
"""Characters of a typed number with its unit."""
MOST_DIGITS = 60
WIDEST = 1_000
"""The widest power of ten, either way."""

EXACTLY = Context(prec=2 * MOST_DIGITS)
"""Wide enough for every sum and product of the numbers read here to be told from zero."""

_SIGNS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "’": "'", "⁄": "/"})
_SPACES = re.compile(r"\s+")
_MANTISSA = r"(?:[0-9]+(?:[.,' ][0-9]+)*[.,]?|[.,][0-9]+)"
_NUMBER = re.compile(rf"([+-]?) ?({_MANTISSA})(?:(?: ?[x×*·] ?10 ?\^ ?|[eE])([+-]?[0-9]{{1,5}}))?")
_POWER = re.compile(r"([+-]?) ?10 ?\^ ?([+-]?[0-9]{1,5})")
_FRACTION = re.compile(rf"([+-]?) ?({_MANTISSA}) ?/ ?({_MANTISSA})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.' ])[0-9]{3})(?:\1[0-9]{3})*")
_WRITTEN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")


def read_number(text: str, unit: str = "") -> Decimal | None:
    """The number that a person typed, alone or with `unit` behind it; None if it is no number.

    Full-width digits, a decimal comma, thousands set apart, powers of ten, fractions and per cent are read.
    """
    if len(text) > NUMBER_LIMIT:
        return None
    plain = _levelled(text)
    found = _alone(plain)
    bare_unit = _levelled(unit)
    if found is None and bare_unit and plain.endswith(bare_unit):
        found = _alone(plain.removesuffix(bare_unit).rstrip())
    if found is None and plain.endswith("%"):
        found = _alone(plain[:-1].rstrip())
        found = None if found is None else EXACTLY.divide(found, Decimal(100))
    return found


def written_number(reading: Reading, field: str, value: Json, *, code: str, number: int = 0) -> Decimal:
    """A number of a stored body, a decimal string; notes a fault and answers 0 if it is none."""
    found = _usable(Decimal(value)) if isinstance(value, str) and _WRITTEN.fullmatch(value) else None
    if found is None:
        reading.fault(code, field, number=number, value=value if isinstance(value, str) else "")
    return Decimal(0) if found is None else found


def within(value: Decimal, of: Decimal, tolerance: Decimal, *, relative: bool) -> bool:
    """Whether a value is no further than the tolerance, or than that share of `of`."""
    allowed = EXACTLY.multiply(tolerance, EXACTLY.abs(of)) if relative else tolerance
    return EXACTLY.abs(EXACTLY.subtract(value, of)).compare(allowed) <= 0


def near(value: Decimal, tolerance: Decimal, *, relative: bool, unit: str = "") -> str:
    """A number with its unit and what is near enough, in words."""
    told = f"{value} {unit}".rstrip()
    if not tolerance:
        return told
    off = f"{EXACTLY.multiply(tolerance, Decimal(100)).normalize():f}%" if relative else str(tolerance)
    return f"{told} (± {off})"


def _levelled(text: str) -> str:
    plain = normalize("NFKC", with_exponents(text)).translate(_SIGNS)
    return _SPACES.sub(" ", plain).strip()


def _alone(text: str) -> Decimal | None:
    found = _NUMBER.fullmatch(text)
    if found:
        return _signed(found[1], _mantissa(found[2]), int(found[3] or 0))
    found = _POWER.fullmatch(text)
    if found:
        return _signed(found[1], Decimal(1), int(found[2]))
    found = _FRACTION.fullmatch(text)
    if found:
        above, below = _mantissa(found[2]), _mantissa(found[3])
        if above is not None and below:
            return _signed(found[1], EXACTLY.divide(above, below), 0)
    return None


def _signed(sign: str, value: Decimal | None, exponent: int) -> Decimal | None:
    if value is None or abs(exponent) > WIDEST:
        return None
    scaled = value.scaleb(exponent, EXACTLY)
    return _usable(EXACTLY.minus(scaled) if sign == "-" else scaled)


def _usable(value: Decimal) -> Decimal | None:
    return value if len(value.as_tuple().digits) <= 2 * MOST_DIGITS and abs(value.adjusted()) <= WIDEST else None


def _mantissa(text: str) -> Decimal | None:
    """`1,234.5`, `1.234,5`, `3,5`, `1 234`: the last mark is the decimal one unless it can only set thousands apart."""
    if sum(character.isdigit() for character in text) > MOST_DIGITS:
        return None
    marks = [character for character in text if not character.isdigit()]
    if not marks:
        return Decimal(text)
    last = marks[-1]
    whole, _mark, part = text.rpartition(last)
    if last in "'" or last == " " or (len(set(marks)) == 1 and (len(marks) > 1 or (last == "," and _thousands(text)))):
        return Decimal("".join(filter(str.isdigit, text))) if _thousands(text) else None
    if len(marks) > 1 and not (_GROUPED.fullmatch(whole) and last not in whole):
        return None
    try:
        return Decimal(f"{''.join(filter(str.isdigit, whole)) or '0'}.{part or '0'}")
    except InvalidOperation:
        return None


def _thousands(text: str) -> bool:
    return bool(_GROUPED.fullmatch(text)) and not text.startswith("0")
