"""Fields that more than one area uses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import (
    DateField,
    DecimalField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput

from suyu_learn.models import Unit
from suyu_learn.services import passwords
from suyu_learn.web.i18n import _
from suyu_learn.web.typed import decimal_of

INDENT = "\u3000"


class Needed:
    """Marks a field as needed; what is missing, the service or the type of the question says in its own words."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Leave the check to the service."""


class TickListField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    option_widget = CheckboxInput()


def choices(pairs: Iterable[tuple[str, str]], *, none: str | None = None) -> list[SelectChoice]:
    """Choices of value and label; `none` is the label of choosing nothing."""
    first = [SelectChoice("", none)] if none is not None else []
    return [*first, *(SelectChoice(value, label) for value, label in pairs)]


def unit_choices(units: Iterable[tuple[Unit, int]], *, none: str | None = None) -> list[SelectChoice]:
    """Units to choose from, indented as they hang in the tree."""
    return choices(((str(unit.id), INDENT * depth + unit.name) for unit, depth in units), none=none)


def unit_field(label: str, units: Iterable[tuple[Unit, int]], *, none: str | None = None) -> Any:
    """One unit of a tree."""
    checks = [] if none is not None else [InputRequired()]
    return SelectField(label, checks, choices=unit_choices(units, none=none))


def reason_field() -> Any:
    """Why; stays in the records."""
    return TextAreaField(
        _("Reason"), [InputRequired(), Length(max=1000)], description=_("A few words; they stay in the records."),
        render_kw={"rows": 2},
    )  # fmt: skip


def new_password_field(label: str) -> Any:
    """A password that is being chosen; says the rule before it is broken."""
    rule = _("At least %(shortest)s characters, and not your own name or number", shortest=passwords.SHORTEST)
    return PasswordField(label, [InputRequired(), Length(max=passwords.LONGEST)], description=rule)


def day_field(label: str, *, hint: str = "", default: date | None = None) -> Any:
    """A day; without one, now."""
    return DateField(label, [Optional()], description=hint, default=default)


def hours_field(label: str, *, hint: str = "") -> Any:
    """Credit hours with two decimals at the most."""
    return _HoursField(label, [InputRequired(), _hours], places=None, description=hint,
                        render_kw={"inputmode": "decimal"})  # fmt: skip


class _PlainField(DecimalField):
    """A number as people write it; never one with an exponent, which could not even be compared."""

    def meant(self) -> str:
        """What may be typed, in a sentence."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = decimal_of(valuelist[0]) if valuelist else None
        if valuelist and valuelist[0].strip() and self.data is None:
            raise ValueError(self.meant())


class _HoursField(_PlainField):
    def meant(self) -> str:
        return _hours_meant()


class PercentField(_PlainField):
    """A share in percent: from 0 to 100, with two decimals at the most."""

    def meant(self) -> str:
        return _("Give a number between 0 and 100, such as 60 or 62.5, with two decimals at the most.")

    def pre_validate(self, form: Any) -> None:
        value = self.data
        if value is not None and not (0 <= value <= 100 and value == round(value, 2)):
            raise StopValidation(self.meant())


def plain(value: Decimal) -> Decimal:
    """Hours as one types them: 20 and 1.5, not 2E+1 and 1.50."""
    return Decimal(f"{value.normalize():f}")


def _hours(_form: Any, field: Any) -> None:
    value = field.data
    if value is not None and (abs(value) >= 10_000 or value != value.quantize(Decimal("0.01"))):
        raise ValidationError(_hours_meant())


def _hours_meant() -> str:
    return _("Give a number such as 2 or 1.5, with two decimals at the most.")


def text_field(label: str, *, most: int, required: bool = False, hint: str = "", **input: Any) -> Any:
    """One line of text."""
    checks = [InputRequired() if required else Optional(), Length(max=most)]
    return StringField(label, checks, description=hint, render_kw=input or None)
