"""How figures are rounded wherever people read them: halves up, as one learns at school."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TENTH = Decimal("0.1")
ONE = Decimal(1)


def half_up(value: Decimal | float, step: Decimal) -> Decimal:
    """The value to whole steps, which are a power of ten; halves go away from zero, so 6.25 to tenths is 6.3."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(step, ROUND_HALF_UP)
