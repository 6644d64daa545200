"""Making, changing and withdrawing an exam, and its roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.domain.questions import PartialCredit
from suyu_learn.models import Counts, PaperMode, Shown
from suyu_learn.services import exam_ending, exam_presets, exam_times
from suyu_learn.web import question_words
from suyu_learn.web.context import learn
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exam_appeals import appeal_days_field
from suyu_learn.web.forms.exam_delivery import delivery_field, seconds_field
from suyu_learn.web.forms.fields import Needed, PercentField
from suyu_learn.web.forms.integrity import integrity_fields
from suyu_learn.web.i18n import N_, _, listed
from suyu_learn.web.typed import EARLIEST, LATEST, is_sensible

SHOWN = {
    Shown.NOW: N_("at once, on handing in"),
    Shown.AFTER_CLOSE: N_("after the exam has closed"),
    Shown.NEVER: N_("never"),
}
COUNTS = {Counts.BEST: N_("the best attempt"), Counts.LAST: N_("the last attempt"), Counts.MEAN: N_("the mean")}
RETAKES = {
    RetakeFor.FAILED: N_("for those who have not passed"),
    RetakeFor.ABSENT: N_("for those who were absent"),
    RetakeFor.FAILED_OR_ABSENT: N_("for those who have not passed or were absent"),
}
MODES = {
    PaperMode.DRAWN_PER_PERSON: N_("everybody gets other questions, drawn anew"),
    PaperMode.DRAWN_ONCE: N_("everybody gets the same questions, drawn once"),
    PaperMode.FIXED: N_("I choose the questions"),
}
CREDIT = {
    PartialCredit.ALL_OR_NOTHING: N_("points only for exactly the right options"),
    PartialCredit.HALF_FOR_SUBSET: N_("half the points when some right options are missing and none is wrong"),
}
MOST_MINUTES = 60 * 24 * 7
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def choices(names: Mapping[Any, str]) -> list[SelectChoice]:
    """Choices of a closed set, in words."""
    return [SelectChoice(str(value), _(said)) for value, said in names.items()]


def moment(label: str, *, required: bool = False, **more: Any) -> DateTimeLocalField:
    """A local date and time; empty means none."""
    checks = [InputRequired() if required else Optional(), _sensible]
    return DateTimeLocalField(label, checks, tz=lambda: learn().zone, format=_FORMATS, **more)


def _sensible(_form: Any, field: Any) -> None:
    if field.data is not None and not is_sensible(field.data.date()):
        raise ValidationError(_("Choose a day between %(first)s and %(last)s.", first=EARLIEST.year, last=LATEST.year))


def _some_minutes(label: str, hint: str) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(1, MOST_MINUTES)], description=hint)


def _entry_minutes() -> IntegerField:
    return _some_minutes(
        _("Latest entry, minutes after the opening"),
        _("Who has not begun by then cannot begin any more; who has, always goes on. Empty: until the closing"),
    )


def _entry_until() -> DateTimeLocalField:
    return moment(_("or at a moment"), description=_("Instead of the minutes"))


def _hand_in_minutes() -> IntegerField:
    return _some_minutes(
        _("Earliest hand-in, minutes after the own start"),
        _("Before that nobody can hand in. Empty: at any time"),
    )


def _extra_past_closing() -> BooleanField:
    return BooleanField(
        _("Extra time goes on after the closing"),
        description=_("For those who have extra time. Without it the closing cuts what they were given"),
    )


def _ways_in() -> tuple[BooleanField, BooleanField, BooleanField]:
    return (
        BooleanField(_("With an account or QR card")),
        BooleanField(_("By name and staff number")),
        BooleanField(_("Openly, by name and unit: guests, who are listed apart and never due")),
    )


def _retake_for() -> SelectField:
    return SelectField(
        _("Retake"), choices=[SelectChoice("", _("none")), *choices(RETAKES)], validate_choice=True,
        description=_("After the closing. Right answers that are shown “after closing” wait for its end"),
    )  # fmt: skip


def _retake_attempts() -> IntegerField:
    return IntegerField(_("Attempts in the retake"), [Optional(), NumberRange(1, 100)])


def retake_in(form: Form) -> dict[str, Any]:
    """What the form says of the retake, by the names of the exam."""
    data = form.data
    if "retake_for" not in data:
        return {}
    return {
        "retake_for": RetakeFor(data["retake_for"]) if data["retake_for"] else None,
        "retake_opens_at": utc(data["retake_opens_at"]),
        "retake_closes_at": utc(data["retake_closes_at"]),
        "retake_attempts": data["retake_attempts"] or 1,
    }


def due_in(form: Form) -> str:
    """Who is due as the form says, in few words."""
    units, audiences = _chosen(form["units"]), _chosen(form["audiences"])
    scope = _("; ").join(listed(part) for part in (units, audiences) if part)
    home = listed(_chosen(form["unit"])) if "unit" in form else ""
    return scope or _("everybody in %(unit)s", unit=home or _("all units"))


def _chosen(field: Any) -> list[str]:
    """The labels of what is chosen in a field."""
    data = field.data if isinstance(field.data, list) else [field.data]
    return [one.label.strip("\u3000") for one in field.choices if one.value in {str(value) for value in data}]


def utc(value: datetime | None) -> datetime | None:
    """What a moment field holds, as it is stored."""
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=learn().zone)).astimezone(UTC)


def _ids(pairs: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(one), name) for one, name in pairs]


def _codes(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(code, said) for code, said in pairs]


def _number(label: str, *, most: int = 1000) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, most)])


def plan_form(
    *, units: Sequence[tuple[int, str]], audiences: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None
) -> Form:
    """Everything of an exam but its questions, whose rows are read by themselves."""
    unit_choices, audience_choices = _ids(units), _codes(audiences)

    class PlanForm(Form):
        purpose = HiddenField()
        title = StringField(_("Title"), [InputRequired(), Length(max=200)])
        minutes = IntegerField(_("Minutes"), [InputRequired(), NumberRange(1, MOST_MINUTES)])
        pass_mark = PercentField(
            _("Pass mark, % of the points"), [InputRequired()], places=None,
            description=_("Usual: 60; 80 for safety at work"),
        )  # fmt: skip
        opens_at = moment(_("Opens"), description=_("Empty: as soon as it is published"))
        closes_at = moment(_("Closes"))
        entry_minutes, entry_until, hand_in_minutes = _entry_minutes(), _entry_until(), _hand_in_minutes()
        extra_past_closing = _extra_past_closing()
        delivery, question_seconds = delivery_field(), seconds_field()
        retake_for, retake_attempts = _retake_for(), _retake_attempts()
        retake_opens_at, retake_closes_at = moment(_("Retake opens")), moment(_("Retake closes"))
        attempts_allowed = IntegerField(_("Attempts for each person"), [InputRequired(), NumberRange(1, 100)])
        counts = SelectField(_("Which one counts"), choices=choices(COUNTS))
        mode = SelectField(_("How they are chosen"), choices=choices(MODES))
        partial_credit = SelectField(_("Multiple choice"), choices=choices(CREDIT))
        shuffle_questions = BooleanField(_("Shuffle the questions"))
        shuffle_options = BooleanField(_("Shuffle the options"))
        show_score = SelectField(_("The score is shown"), choices=choices(SHOWN))
        show_key = SelectField(_("Right answers are shown"), choices=choices(SHOWN))
        show_explanation = SelectField(_("Explanations are shown"), choices=choices(SHOWN))
        results_at = moment(
            _("No results before"), description=_("Empty: as chosen above. A result also waits for its last mark.")
        )
        appeal_days = appeal_days_field()
        two_markers = BooleanField(_("Two people mark every answer that only a person can mark"))
        marks_apart = PercentField(
            _("Two marks may differ by, % of the points"),
            [Optional()],
            places=None,
            description=_("Then their mean stands; beyond it a third person or the organizer settles"),
        )
        entry_account, entry_number, entry_open = _ways_in()
        all_criteria = BooleanField(_("A question on every one of the 26 criteria"))
        true_false = _number(_("True/false questions, at most % of the paper"), most=100)
        anchors = StringField(
            _("Questions on every paper: their tag"), [Length(max=200)],
            description=_("Give the questions a tag of their own in the bank. They take places of the rows that they "
                          "suit, so that papers can be compared."),
        )  # fmt: skip
        exclusions = StringField(
            _("Never together: tags"), [Length(max=2000)],
            description=_("Of the questions that share one of these tags, a paper has one at most. Several tags with "
                          "commas between them."),
        )  # fmt: skip
        unit = SelectField(_("Organized by"), choices=unit_choices, coerce=int)
        units = SelectMultipleField(_("Units"), choices=unit_choices, coerce=int)
        audiences = SelectMultipleField(_("Audiences"), choices=audience_choices)
        freeze_at = moment(_("The list of those due is taken at"), description=_("Empty: at the opening"))
        ask_about = BooleanField(
            _("Ask for year of birth, sex, schooling and town or country"),
            description=_("On the cover, before the start; each can be left out, and only statistics are shown"),
        )
        about_reason = TextAreaField(_("Why you ask; people read it there"), [Length(max=500)])
        contact_name = StringField(_("Whom learners may call"), [Length(max=200)])
        contact_phone = StringField(_("Phone to call"), [Length(max=64)])
        notice = TextAreaField(_("Notice on the cover"), [Length(max=2000)])

    for code, name in question_words.DIMENSIONS.items():
        setattr(PlanForm, f"least_{code.value}", _number(_("%(dimension)s: at least", dimension=_(name))))
        setattr(PlanForm, f"most_{code.value}", _number(_("%(dimension)s: at most", dimension=_(name))))
    for name, made in integrity_fields().items():
        setattr(PlanForm, name, made)
    form = PlanForm(data=data)
    if not units:
        del form.unit
    return form


def put(form: Form, name: str, value: Any) -> None:
    """Let a field hold a value instead of what was typed."""
    field = form[name]
    field.data = getattr(value, "value", "" if value is None else value)
    field.raw_data = None


ASKED = ("ask_about", "about_reason")
TIMED = ("results_at",)
"""What is set for results, of which an assessment shows none."""


def lock(form: Form, *, assessment: bool) -> None:
    """Take out of the form what an assessment does not let one choose, or what is only for assessments."""
    for name in (*exam_presets.LOCKED, *exam_times.RETAKE, *TIMED) if assessment else ASKED:
        if name in form:
            del form[name]


def change_form(
    *, units: Sequence[tuple[int, str]], audiences: Sequence[tuple[str, str]], data: Mapping[str, Any] | None = None
) -> Form:
    """What may still be changed after publishing, with the reason."""
    unit_choices, audience_choices = _ids(units), _codes(audiences)

    class ChangeForm(Form):
        opens_at = moment(_("Opens"))
        closes_at = moment(_("Closes"))
        minutes = IntegerField(
            _("Minutes"), [InputRequired(), NumberRange(1, MOST_MINUTES)], description=_("For those who start later")
        )
        pass_mark = PercentField(_("Pass mark, % of the points"), [InputRequired()], places=None)
        results_at = moment(_("No results before"), description=_("Empty: as the exam's rules say"))
        appeal_days = appeal_days_field()
        entry_minutes, entry_until, hand_in_minutes = _entry_minutes(), _entry_until(), _hand_in_minutes()
        extra_past_closing = _extra_past_closing()
        entry_account, entry_number, entry_open = _ways_in()
        question_seconds = seconds_field(_("For questions that are shown later, also to those who sit now"))
        retake_for, retake_attempts = _retake_for(), _retake_attempts()
        retake_opens_at, retake_closes_at = moment(_("Retake opens")), moment(_("Retake closes"))
        units = SelectMultipleField(_("Units"), choices=unit_choices, coerce=int)
        audiences = SelectMultipleField(_("Audiences"), choices=audience_choices)
        reason = StringField(_("Reason"), [Needed(), Length(max=500)], description=_("Learners read it on the cover"))
        seen, shown = HiddenField(), HiddenField()

    return ChangeForm() if data is None else ChangeForm(formdata=None, data=data)


def words_form(data: Mapping[str, Any] | None = None) -> Form:
    """Title, notice and contact of a published exam."""

    class WordsForm(Form):
        title = StringField(_("Title"), [InputRequired(), Length(max=200)])
        notice = TextAreaField(_("Notice on the cover"), [Length(max=2000)])
        contact_name = StringField(_("Whom learners may call"), [Length(max=200)])
        contact_phone = StringField(_("Phone to call"), [Length(max=64)])

    return WordsForm() if data is None else WordsForm(formdata=None, data=data)


def extend_form() -> Form:
    """So many more minutes, and why."""

    class ExtendForm(Form):
        minutes = IntegerField(_("Minutes more"), [InputRequired(), NumberRange(1, 24 * 60)])
        reason = StringField(_("Reason"), [Needed(), Length(max=500)], description=_("It is kept in the audit trail"))

    return ExtendForm()


def end_form() -> Form:
    """What becomes of the papers still open, and why."""

    class EndForm(Form):
        collect = BooleanField(
            _("Collect the papers that are still open"), default=True,
            description=_("Otherwise those who sit keep the time they have"),
        )  # fmt: skip
        minutes = IntegerField(
            _("In how many minutes"), [_where_collected, NumberRange(0, exam_ending.LONGEST)], default=1,
            description=_("0 for at once; whoever has less time keeps that"),
        )  # fmt: skip
        reason = StringField(_("Reason"), [Needed(), Length(max=500)], description=_("Learners read it on the cover"))

    return EndForm()


def _where_collected(form: Form, field: IntegerField) -> None:
    if not form["collect"].data:
        field.errors = []
        raise StopValidation
    if field.data is None:
        raise StopValidation(_("Say in how many minutes, from 0 to %(most)s.", most=exam_ending.LONGEST))


def reason_form(hint: str = "") -> Form:
    """A reason, for what cannot be done without one."""

    class ReasonForm(Form):
        reason = StringField(_("Reason"), [Needed(), Length(max=500)], description=hint)

    return ReasonForm()
