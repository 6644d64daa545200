"""What was corrected or taken back in one person's file: when, what, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from suyu_learn.domain.attempts import StepKind
from suyu_learn.services import invigilation, offline, result_changes
from suyu_learn.services.training_files import TrainingFile
from suyu_learn.web import event_words
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import N_, _, dated_time, labelled, number
from suyu_learn.web.pages.common import Column
from suyu_learn.web.pages.training_files import FilePart


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction in words."""

    at: datetime
    what: str
    change: str
    by: str
    reason: str


def part(found: TrainingFile, *, year: int | None = None) -> FilePart:
    """All of them, the latest first; of one calendar year where it is given."""
    every = sorted(_all(found), key=lambda one: one.at, reverse=True)
    wanted = [one for one in every if year is None or one.at.astimezone(learn().zone).year == year]
    return FilePart(
        _("Corrected or taken back"),
        tuple(Column(_(label)) for label in (N_("When"), N_("What"), N_("Change"), N_("By whom"), N_("Reason"))),
        (2.2, 2.8, 2.8, 1.5, 2.4),
        tuple((dated_time(one.at), one.what, one.change, one.by, one.reason) for one in wanted),
        _("Nothing has been corrected or taken back."),
    )


def _all(found: TrainingFile) -> Iterator[Correction]:
    yield from _completions(found)
    yield from _taught(found)
    yield from _hours(found)
    yield from _results(found)


def _completions(found: TrainingFile) -> Iterator[Correction]:
    for one in found.base.completions:
        if one.voided_at is not None:
            by = found.names.get(one.voided_by_id or 0, "")
            yield Correction(one.voided_at, labelled(_("Completion record"), one.title), _("taken back"), by,
                             one.void_reason)  # fmt: skip


def _taught(found: TrainingFile) -> Iterator[Correction]:
    for held in found.programmes:
        titles = {part.id: part.title for stage in held.programme.stages for part in stage.parts}
        for signed in held.signed:
            row = signed.row
            if row.voided_at is not None:
                yield Correction(row.voided_at, labelled(_("Sign-off"), titles.get(row.part_id, "")), _("void"),
                                 signed.voided_by, row.void_reason)  # fmt: skip
    for attended in found.events:
        for change, by in attended.changes:
            yield Correction(change.at, labelled(_("Attendance"), attended.event.title), event_words.changed(change),
                             by, change.reason)  # fmt: skip


def _hours(found: TrainingFile) -> Iterator[Correction]:
    """Hours entered by hand that were taken back; others follow from what is told above."""
    by_hand = {one.id for one in found.base.hours if one.kind == "outside"}
    for one in found.base.hours:
        if one.corrects_id in by_hand:
            yield Correction(one.at, labelled(_("Entered by hand"), one.title),
                             _("%(hours)s hours", hours=number(one.hours)), found.names.get(one.actor_id or 0, ""),
                             one.reason)  # fmt: skip


def _results(found: TrainingFile) -> Iterator[Correction]:
    for title, attempt in found.voided_attempts:
        said = invigilation.said_of(session(), attempt, StepKind.VOIDED)
        name, reason, at = said or ("", "", attempt.closed_at or attempt.started_at)
        yield Correction(at, labelled(_("Exam"), title), _("void"), name, reason)
    for title, attempt in found.base.attempts:
        notes = offline.notes_of(session(), attempt)
        for one in notes.entries[1:] if notes is not None else ():
            yield Correction(one.at, labelled(_("Exam"), title), _("%(points)s points", points=number(one.points)),
                             one.by, one.reason)  # fmt: skip
        changes = result_changes.of_attempt(session(), attempt)
        for mark in changes.marks if changes is not None else ():
            change = _("question %(number)s: %(before)s to %(after)s points", number=mark.slot,
                       before=number(mark.before), after=number(mark.after))  # fmt: skip
            yield Correction(mark.at, labelled(_("Exam"), title), change, "", mark.reason)
