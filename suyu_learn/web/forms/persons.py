"""Adding and changing people, and what they change of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, PasswordField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from suyu_learn.models import Audience, Employment, Person, Residence, Role, Schooling, Sex, Unit
from suyu_learn.services.persons import Details
from suyu_learn.web import words
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import (
    TickListField,
    choices,
    day_field,
    new_password_field,
    reason_field,
    text_field,
    unit_choices,
    unit_field,
)
from suyu_learn.web.i18n import _

Units = Iterable[tuple[Unit, int]]
ASSESSMENT_FIELDS = ("birth_year", "sex", "schooling", "residence")


def _closed_set(label: str, names: dict[Any, str]) -> Any:
    return SelectField(
        label, choices=choices(((one.value, _(said)) for one, said in names.items()), none=_("not said"))
    )


def person_form(audiences: Sequence[Audience], *, person: Person | None = None, have: Sequence[str] = (),
                units: Units | None = None, unit: Unit | None = None) -> Form:  # fmt: skip
    """Who somebody is; with `units` also where a new person belongs."""

    class PersonForm(Form):
        name = text_field(_("Name"), most=100, required=True)
        if units is not None:
            unit_id = unit_field(_("Unit"), units)
        staff_number = text_field(_("Staff number"), most=64)
        phone = text_field(_("Phone"), most=32, inputmode="tel")
        username = text_field(_("Sign-in name"), most=64,
                              hint=_("The staff number and the phone number serve for signing in too."))  # fmt: skip
        job = text_field(_("Job"), most=100)
        hired_on = day_field(_("Day of entry"), hint=_("Programmes for those who join go by it."))
        employment = SelectField(
            _("Employed as"), choices=choices((one.value, _(said)) for one, said in words.EMPLOYMENTS.items())
        )
        audiences_in = TickListField(
            _("Audiences"), choices=choices((one.code, words.audience(one)) for one in audiences)
        )
        birth_year = IntegerField(_("Year of birth"), [Optional()])
        sex = _closed_set(_("Sex"), words.SEXES)
        schooling = _closed_set(_("Schooling"), words.SCHOOLINGS)
        residence = _closed_set(_("Lives"), words.RESIDENCES)

    values: dict[str, Any] = {"audiences_in": list(have), "unit_id": str(unit.id) if unit else ""}
    for name in ("name", "staff_number", "phone", "username", "job", "hired_on", "birth_year"):
        values[name] = getattr(person, name, None)
    for name in ("sex", "schooling", "residence"):
        values[name] = getattr(person, name, None) or ""
    values["employment"] = getattr(person, "employment", Employment.OWN)
    return PersonForm(data=values)


def details(form: Form) -> Details:
    """What the form says of the person."""
    said = form.data
    return Details(
        name=said["name"] or "",
        staff_number=said["staff_number"] or "",
        phone=said["phone"] or "",
        username=said["username"] or "",
        job=said["job"] or "",
        hired_on=said["hired_on"],
        birth_year=said["birth_year"],
        sex=Sex(said["sex"]) if said["sex"] else None,
        schooling=Schooling(said["schooling"]) if said["schooling"] else None,
        residence=Residence(said["residence"]) if said["residence"] else None,
        employment=Employment(said["employment"]),
        audiences=tuple(said["audiences_in"] or ()),
    )


def person_move_form(units: Units) -> Form:
    """Another home unit, from a day on."""

    class MoveForm(Form):
        unit = unit_field(_("New unit"), units)
        since = day_field(_("Since"), hint=_("Leave it empty for now. Results keep the unit of their day."))
        reason = text_field(_("Reason"), most=1000)

    return MoveForm()


def other_person_form(label: str) -> Form:
    """Somebody else, by number or name, and why."""

    class OtherForm(Form):
        person = text_field(label, most=100, required=True, hint=_("Staff number, phone number, sign-in name or name"))
        reason = reason_field()

    return OtherForm()


def grant_form(roles: Iterable[Role], units: Units, *, everywhere: bool, ask_person: bool) -> Form:
    """A role on a unit's subtree; `everywhere` offers all units."""

    wide = [*unit_choices(units), *(choices([("", _("All units"))]) if everywhere else ())]

    class GrantForm(Form):
        if ask_person:
            person = text_field(_("Who gets it"), most=100, required=True,
                                hint=_("Staff number, phone number, sign-in name or name"))  # fmt: skip
        role = SelectField(
            _("Role"), [InputRequired()], choices=choices((one.value, _(words.ROLE_DUTIES[one])) for one in roles)
        )
        unit = SelectField(_("For this unit and all below it"), choices=wide)

    return GrantForm()


def audience_form(name_now: str = "") -> Form:
    """The name of an audience."""

    class AudienceForm(Form):
        name = text_field(_("Name of the audience"), most=100, required=True)

    return AudienceForm(data={"name": name_now})


def new_password_form() -> Form:
    """A password for somebody who came by a one-time link."""

    class NewPasswordForm(Form):
        password = new_password_field(_("New password"))
        again = PasswordField(_("The same once more"), [InputRequired(), Length(max=200)])
        own_device = BooleanField(_("This is my own phone or computer: keep me signed in"), default=True)

    return NewPasswordForm()


def change_password_form(*, has_one: bool) -> Form:
    """One's own new password; asks for the old one where there is one."""

    class ChangePasswordForm(Form):
        if has_one:
            old = PasswordField(_("Old password"), [InputRequired(), Length(max=200)])
        password = new_password_field(_("New password"))
        again = PasswordField(_("The same once more"), [InputRequired(), Length(max=200)])

    return ChangePasswordForm()
