"""Adding and changing units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField

from suyu_learn.models import Unit
from suyu_learn.web import words
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import choices, day_field, reason_field, text_field, unit_field
from suyu_learn.web.i18n import _

Units = Iterable[tuple[Unit, int]]
BY_NAME = "by_name"


def _kind_field(*before: tuple[str, str]) -> Any:
    named = ((kind.value, _(label)) for kind, label in words.UNIT_KINDS.items())
    return SelectField(_("Kind"), choices=choices([*before, *named]))


def unit_form(units: Units, *, top: bool, parent: Unit | None = None) -> Form:
    """A new unit; `top` lets it stand at the top of the tree. Its kind is BY_NAME until another is chosen."""

    class UnitForm(Form):
        name = text_field(_("Name of the unit"), most=100, required=True)
        kind = _kind_field((BY_NAME, _("As the name says")))
        parent_id = unit_field(_("Below"), units, none=_("At the top of the tree") if top else None)

    return UnitForm(data={"kind": BY_NAME, "parent_id": str(parent.id) if parent else ""})


def rename_form(unit: Unit) -> Form:
    """Another name or kind."""

    class RenameForm(Form):
        name = text_field(_("Name of the unit"), most=100, required=True)
        kind = _kind_field()
        reason = text_field(_("Reason"), most=1000)

    return RenameForm(data={"name": unit.name, "kind": unit.kind.value})


def unit_move_form(units: Units, unit: Unit, *, top: bool) -> Form:
    """Another place in the tree."""

    class MoveForm(Form):
        parent = unit_field(_("Below"), units, none=_("At the top of the tree") if top else None)
        reason = reason_field()

    return MoveForm(data={"parent": str(unit.parent_id or "")})


def unit_merge_form(units: Units) -> Form:
    """The unit that takes this one in."""

    class MergeForm(Form):
        target = unit_field(_("Merge into"), units)
        reason = reason_field()

    return MergeForm()


def unit_close_form() -> Form:
    """Since when a unit is no more."""

    class CloseForm(Form):
        day = day_field(_("Closed since"), hint=_("Leave it empty for now."))
        reason = reason_field()

    return CloseForm()


def reason_form() -> Form:
    """Only why."""

    class ReasonForm(Form):
        reason = reason_field()

    return ReasonForm()
