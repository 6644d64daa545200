"""Events: what, where, when; and who came from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from suyu_learn.models import EventKind, Unit
from suyu_learn.services.events import LONGEST_LINE, LONGEST_TEXT, Wanted
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import moment, utc
from suyu_learn.web.forms.fields import choices, hours_field, reason_field, text_field, unit_field
from suyu_learn.web.forms.shared import SharedForm
from suyu_learn.web.i18n import N_, _

KINDS = {
    EventKind.LECTURE: N_("Lecture"),
    EventKind.DRILL: N_("Drill"),
    EventKind.VISIT: N_("Visit to a museum or works"),
    EventKind.FIELD_SCHOOL: N_("Field school"),
    EventKind.OTHER: N_("Other event"),
}


def event_form(
    *,
    units: Sequence[tuple[Unit, int]],
    parts: Iterable[tuple[str, str]],
    courses: Iterable[tuple[str, str]],
    exams: Iterable[tuple[str, str]],
    minutes: int,
    data: Mapping[str, Any] | None = None,
    changes: bool = False,
    moves: bool = False,
) -> SharedForm:
    """An event; with `changes` one that is there, whose unit stays and which can be summed up; with `moves` one that
    brought hours to a part already, which it can be taken from with a reason."""
    kinds = choices((kind.value, _(said)) for kind, said in KINDS.items())
    lists = {name: choices(pairs, none=_("none")) for name, pairs in
             (("part", parts), ("course", courses), ("exam", exams))}  # fmt: skip

    class EventForm(SharedForm):
        title = text_field(_("What it is called"), most=LONGEST_LINE, required=True)
        kind = SelectField(_("Kind"), choices=kinds)
        unit = unit_field(_("For the people of"), units)
        starts_at = moment(_("Begins"), required=True)
        ends_at = moment(_("Ends"), required=True)
        hours = hours_field(
            _("Credit hours"),
            hint=_("%(minutes)s minutes each; no more than the time from beginning to end makes.", minutes=minutes),
        )
        place = text_field(_("Where"), most=LONGEST_LINE)
        trainer = text_field(_("Who teaches"), most=LONGEST_LINE)
        part = SelectField(
            _("Held for a programme"), choices=lists["part"],
            description=_("Its hours then count towards this part of the programme."),
        )  # fmt: skip
        reason = TextAreaField(
            _("Why it is held for something else"), [Length(max=LONGEST_LINE)],
            description=_("Only where you change the line above: who completed the programme by it may lack hours."),
            render_kw={"rows": 2},
        )  # fmt: skip
        course = SelectField(_("Material: a course"), choices=lists["course"])
        exam = SelectField(_("Paper: an exam"), choices=lists["exam"])
        plan = TextAreaField(
            _("Plan"), [Length(max=LONGEST_TEXT)], description=_("What is taught, and in which order."),
            render_kw={"rows": 5},
        )  # fmt: skip
        summary = TextAreaField(
            _("Summary"), [Length(max=LONGEST_TEXT)], description=_("What came of it; stands in its file."),
            render_kw={"rows": 4},
        )  # fmt: skip

    form: Any = EventForm(data=data)
    if changes:
        del form.unit
    else:
        del form.summary
    if not moves:
        del form.reason
    for name in ("part", "course", "exam"):
        if len(lists[name]) < 2:
            del form[name]
    if not changes:
        del form.shown
    elif data is not None:
        form.show(data)
    return form


def wanted_in(form: Any) -> Wanted:
    """What was typed."""
    data = form.data
    starts_at, ends_at = utc(data["starts_at"]), utc(data["ends_at"])
    assert starts_at is not None  # both are required
    assert ends_at is not None
    return Wanted(
        title=(data["title"] or "").strip(), kind=EventKind(data["kind"]), starts_at=starts_at, ends_at=ends_at,
        hours=data["hours"], place=(data["place"] or "").strip(), trainer=(data["trainer"] or "").strip(),
        plan=_text(data["plan"]), summary=_text(data.get("summary")), unit_id=_number(data.get("unit")),
        part_id=_number(data.get("part")), course_id=_number(data.get("course")), exam_id=_number(data.get("exam")),
    )  # fmt: skip


def typing_form(data: Mapping[str, Any] | None = None) -> Form:
    """From when to when somebody came; who it was is ticked beside it."""

    class TypingForm(Form):
        came_at = moment(_("Came at"), required=True)
        left_at = moment(_("Left at"), required=True)

    return TypingForm(data=data)


def correction_form(data: Mapping[str, Any] | None = None) -> Form:
    """When somebody came and left after all, and why that is written now."""

    class CorrectionForm(Form):
        came_at = moment(_("Came at"), required=True)
        left_at = moment(_("Left at"), required=True)
        reason = reason_field()

    return CorrectionForm(data=data)


def _text(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


def _number(value: str | None) -> int | None:
    return int(value) if value else None
