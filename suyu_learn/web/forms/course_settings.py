"""Settings of a course, and the headings and dates of its lessons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import Length

from suyu_learn.models import Lesson
from suyu_learn.services.course_settings import LONGEST_SECTION, Placed, Settings
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.exams import moment, utc
from suyu_learn.web.forms.fields import TickListField, choices
from suyu_learn.web.i18n import _


def settings_form(titles: Iterable[tuple[str, str]], *, data: Settings | None = None) -> Form:
    """What holds at once; `titles` are the courses that may be asked for, by their number."""
    offered = list(titles)

    class SettingsForm(Form):
        in_order = BooleanField(
            _("Lessons open in order"),
            description=_("Each when the one before is finished. Without it, all are open. Holds at once, also for who "
                          "has begun."),
        )  # fmt: skip
        seek_lock = BooleanField(
            _("Films cannot be moved on"),
            description=_("One sees a film to where it was watched, and goes back freely. Holds at once."),
        )  # fmt: skip
        review = BooleanField(
            _("A second person publishes"),
            description=_("Drafts are sent to review; a reviewer or organizer who wrote nothing of it publishes it, or "
                          "sends it back. Holds from the next publishing on."),
        )  # fmt: skip
        opens_at = moment(
            _("Release date"),
            description=_("Before it learners find the course, but cannot begin. Empty: as soon as it is published. "
                          "Holds at once."),
        )  # fmt: skip
        requires = TickListField(
            _("To be completed before"), choices=choices(offered),
            description=_("Who has not completed these courses cannot begin this one. Holds at once; who has begun "
                          "goes on."),
        )  # fmt: skip

    form = SettingsForm(data=_values(data))
    if not offered:
        del form.requires
    return form


def _values(data: Settings | None) -> Mapping[str, Any] | None:
    if data is None:
        return None
    return {
        "in_order": data.in_order, "seek_lock": data.seek_lock, "review": data.review,
        "opens_at": data.opens_at,
        "requires": [str(one) for one in sorted(data.requires)],
    }  # fmt: skip


def settings_in(form: Any, former: Settings) -> Settings:
    """What was set; what the form does not ask for stays."""
    return replace(
        former,
        in_order=bool(form.in_order.data),
        seek_lock=bool(form.seek_lock.data),
        review=bool(form.review.data),
        opens_at=utc(form.opens_at.data),
        requires=frozenset(int(one) for one in form.requires.data or ()) if "requires" in form else former.requires,
    )


def contents_form(lessons: Sequence[Lesson], *, filled: bool = False) -> Form:
    """A heading and a date for each lesson; `filled` with what is kept."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for one in lessons:
        fields[f"section_{one.id}"] = StringField(
            _("Heading"), [Length(max=LONGEST_SECTION)], render_kw={"list": "sections"}
        )
        fields[f"opens_{one.id}"] = moment(_("Release date"))
        data |= {f"section_{one.id}": one.section, f"opens_{one.id}": one.opens_at}
    return type("ContentsForm", (Form,), fields)(data=data if filled else None)


def contents_in(form: Any, lessons: Iterable[Lesson]) -> dict[int, Placed]:
    """What was said of each lesson."""
    return {
        one.id: Placed(" ".join((form[f"section_{one.id}"].data or "").split()), utc(form[f"opens_{one.id}"].data))
        for one in lessons
    }
