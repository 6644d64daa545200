"""Writing courses: the cover, a lesson, a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from suyu_learn.models import Unit
from suyu_learn.services.course_writing import LONGEST_TITLE, Cover, new_slug
from suyu_learn.services.lesson_writing import Written
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import Needed, TickListField, choices, unit_field
from suyu_learn.web.i18n import _

LONGEST_SUMMARY = 2000
LONGEST_LINES = 20_000


def cover_form(
    audiences: Iterable[tuple[str, str]],
    *,
    units: Sequence[tuple[Unit, int]] = (),
    data: Mapping[str, Any] | None = None,
    begins: bool = False,
) -> Form:
    """What the cover says, and, where there is more than one to choose from, the unit that keeps the course.

    Of a course that `begins`, the form carries the key by which it is made once.
    """
    offered = list(audiences)

    class CoverForm(Form):
        title = StringField(_("Title of the course"), [Needed(), Length(max=LONGEST_TITLE)])
        summary = TextAreaField(
            _("In a few sentences"), [Length(max=LONGEST_SUMMARY)], description=_("What it is about, for the cover."),
            render_kw={"rows": 3},
        )  # fmt: skip
        outcomes = TextAreaField(
            _("What one can do afterwards"), [Length(max=LONGEST_LINES)], description=_("One in each line."),
            render_kw={"rows": 4},
        )  # fmt: skip
        audiences = TickListField(
            _("Whom it is for"), choices=choices(offered),
            description=_("Holds as soon as it is saved, also for what learners have now."),
        )  # fmt: skip
        unit = unit_field(_("Unit that keeps it"), units)
        key = HiddenField()

    form = CoverForm(data={"key": new_slug(), **(data or {})})
    if len(units) < 2:
        del form.unit
    if not begins:
        del form.key
    return form


def cover_in(form: Any) -> Cover:
    """What was typed."""
    return Cover(
        title=(form.title.data or "").strip(),
        summary=(form.summary.data or "").replace("\r\n", "\n").strip(),
        outcomes=lines_in(form.outcomes.data or ""),
        audiences=tuple(form.audiences.data or ()),
    )


def lesson_form(data: Mapping[str, Any] | None = None, *, sent: Any = None) -> Form:
    """A lesson; `sent` is what came, with the marks of its pictures."""

    class LessonForm(Form):
        title = StringField(_("Title of the lesson"), [Needed(), Length(max=LONGEST_TITLE)])
        text = TextAreaField(
            _("What learners read"), [Needed()], render_kw={"rows": 18},
            description=_("A line between paragraphs; ## before a heading, - before each point of a list, **bold**. "
                          "A table has | between its columns and |---|---| as its second line; the button “Table” "
                          "begins one. An address becomes a link."),
        )  # fmt: skip
        sources = TextAreaField(
            _("Sources"), [Length(max=LONGEST_LINES)], render_kw={"rows": 3},
            description=_("Where what it says can be looked up, one in each line: law, standard, authority, year."),
        )  # fmt: skip
        key = HiddenField()

    data = {"key": new_slug(), **(data or {})}
    return LessonForm(sent, data=data) if sent is not None else LessonForm(data=data)


def written_in(form: Any) -> Written:
    """What was typed."""
    text = (form.text.data or "").replace("\r\n", "\n").strip()
    return Written((form.title.data or "").strip(), text, lines_in(form.sources.data or ""))


def lines_in(text: str) -> tuple[str, ...]:
    """The lines that are not empty, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def import_form(
    ways: Iterable[tuple[str, str]], audiences: Iterable[tuple[str, str]], units: Sequence[tuple[Unit, int]], *,
    data: Mapping[str, Any] | None = None,
) -> Form:  # fmt: skip
    """What a course from a zip becomes here, for whom, and which unit keeps it."""
    possible, offered = list(ways), list(audiences)

    class ImportForm(Form):
        how = RadioField(_("What it becomes"), choices=choices(possible))
        audiences = TickListField(_("Whom it is for"), choices=choices(offered))
        unit = unit_field(_("Unit that keeps it"), units)
        key = HiddenField()

    form = ImportForm(data=data)
    if len(units) < 2:
        del form.unit
    if {"new", "copy"}.isdisjoint(value for value, _label in possible):
        del form.audiences
    return form


def copy_form(title: str, units: Sequence[tuple[Unit, int]]) -> Form:
    """What a copy is called, and which unit keeps it."""

    class CopyForm(Form):
        title = StringField(_("Title of the course"), [Needed(), Length(max=LONGEST_TITLE)])
        unit = unit_field(_("Unit that keeps it"), units)
        key = HiddenField()

    form = CopyForm(data={"title": title, "key": new_slug()})
    if len(units) < 2:
        del form.unit
    return form
