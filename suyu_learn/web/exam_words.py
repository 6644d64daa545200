"""Exams in words: where they stand, what was changed, what a change would do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from suyu_learn.domain.attempts import NO_EXTRA, Extra, RetakeFor
from suyu_learn.models import Delivery, Exam, ExamChange, ExtraTime, PaperMode, Shown
from suyu_learn.services import exam_delivery, exam_times, exams
from suyu_learn.services.exam_changes import Effects
from suyu_learn.services.exams import Standing
from suyu_learn.web.context import now
from suyu_learn.web.forms.exams import COUNTS, MODES, RETAKES, SHOWN
from suyu_learn.web.i18n import N_, _, listed, local_date, local_time, ngettext, number

STANDINGS = {
    Standing.DRAFT: N_("Draft"),
    Standing.WAITING: N_("Not open yet"),
    Standing.OPEN: N_("Open now"),
    Standing.PAUSED: N_("Paused"),
    Standing.CLOSED: N_("Closed"),
    Standing.WITHDRAWN: N_("Withdrawn"),
}
RETAKE_STANDINGS = {
    Standing.WAITING: N_("Closed, retake to come"),
    Standing.OPEN: N_("Closed, retake open"),
    Standing.PAUSED: N_("Closed, retake paused"),
}


def standing(exam: Exam) -> str:
    """Where an exam stands now; once it has closed, its retake."""
    found = exams.standing(exam, now=now())
    if found is Standing.CLOSED and (again := exams.retake_standing(exam, now=now())) in RETAKE_STANDINGS:
        return _(RETAKE_STANDINGS[again])
    return _(STANDINGS[found])


def window(exam: Exam) -> str:
    """From when until when."""
    opens, closes = local_time(exam.opens_at), local_time(exam.closes_at)
    if opens and closes:
        return _("%(opens)s to %(closes)s", opens=opens, closes=closes)
    if closes:
        return _("until %(closes)s", closes=closes)
    return _("from %(opens)s", opens=opens) if opens else _("without end")


def attempts(exam: Exam, *, retake: bool = False) -> str:
    """How often one may sit it, or its retake, and which attempt counts where there can be several."""
    allowed = exam.retake_attempts if retake else exam.attempts_allowed
    if exam.attempts_allowed == 1 and exam.retake_for is None:
        return number(allowed)
    return _("%(number)s, of which %(which)s counts", number=number(allowed), which=_(COUNTS[exam.counts]))


def paper(exam: Exam) -> str:
    """Whether everybody gets the same questions, and in the same order."""
    mixed = [said for held, said in ((exam.shuffle_questions, _("questions")),
                                     (exam.shuffle_options, _("options"))) if held]  # fmt: skip
    order = _("shuffled: %(what)s", what=listed(mixed)) if mixed else _("not shuffled")
    return _("%(mode)s; %(order)s", mode=_(_PAPERS[exam.paper.mode]), order=order)


_PAPERS = {**MODES, PaperMode.FIXED: N_("everybody gets the same questions, chosen by the organizer")}


def shows(exam: Exam) -> bool:
    """Whether anything of a result is ever shown to learners."""
    return any(rule is not Shown.NEVER for rule in (exam.show_score, exam.show_key, exam.show_explanation))


def shown(exam: Exam) -> str:
    """What learners see afterwards, and when."""
    if not shows(exam):
        return _("neither score nor right answers nor explanations")
    things = ((_("score"), exam.show_score), (_("right answers"), exam.show_key),
              (_("explanations"), exam.show_explanation))  # fmt: skip
    parts = []
    for rule, said in _WHEN.items():
        if those := [name for name, when in things if when is rule]:
            parts.append(_(said, what=listed(those)))
    if exam.results_at is not None:
        parts.append(_("nothing before %(time)s", time=local_time(exam.results_at)))
    return _("; ").join(parts)


_WHEN = {
    Shown.NOW: N_("%(what)s at once"), Shown.AFTER_CLOSE: N_("%(what)s after the closing"),
    Shown.NEVER: N_("%(what)s never"),
}  # fmt: skip


def result_comes(exam: Exam) -> str:
    """When a learner gets the score; empty where that is at once."""
    if exam.show_score is Shown.NEVER:
        return _("is not shown")
    later = exam.show_score is Shown.AFTER_CLOSE
    if exam.results_at is None:
        return _(SHOWN[exam.show_score]) if later else ""
    time = local_time(exam.results_at)
    return _("after the closing, not before %(time)s", time=time) if later else _("from %(time)s on", time=time)


def retake(exam: Exam) -> str:
    """For whom the retake is, and from when until when; empty where there is none."""
    if exam.retake_for is None:
        return ""
    return _("%(whom)s, %(opens)s to %(closes)s", whom=_(RETAKES[exam.retake_for]),
             opens=local_time(exam.retake_opens_at), closes=local_time(exam.retake_closes_at))  # fmt: skip


def retake_window(exam: Exam) -> str:
    """The same for somebody who may sit it."""
    return _("You can sit the retake: %(opens)s to %(closes)s.", opens=local_time(exam.retake_opens_at),
             closes=local_time(exam.retake_closes_at))  # fmt: skip


def begin_by(exam: Exam) -> str:
    """Until when one may begin; empty where that is as long as the exam is open."""
    last = exam_times.last_entry(exam)
    if last is not None:
        return local_time(last)
    if exam.entry_minutes is None:
        return ""
    # a draft that opens when it is published
    return _after("entry_minutes", exam.entry_minutes)


def hand_in_rule(exam: Exam) -> str:
    """From when one may hand in; empty where that is at any time."""
    if exam.hand_in_minutes is None:
        return ""
    return _("%(when)s at the earliest", when=_after("hand_in_minutes", exam.hand_in_minutes))


def appeal_rule(days: int | None) -> str:
    """Until when one may object to a result."""
    if days is None:
        return _("not at all")
    return ngettext("until %(num)s day after the result", "until %(num)s days after the result", days)


def one_at_a_time(exam: Exam, more: Extra = NO_EXTRA) -> str:
    """That the questions come one at a time, and how long each is shown; empty where the paper is shown whole."""
    if exam.delivery is Delivery.WHOLE:
        return ""
    seconds = exam_delivery.seconds_for(exam, more)
    said = ngettext("one question at a time, %(num)s second each, no going back",
                    "one question at a time, %(num)s seconds each, no going back", seconds)  # fmt: skip
    if seconds == exam.question_seconds:
        return said
    return _("%(rule)s; %(more)s seconds of each are extra for you", rule=said,
             more=number(seconds - (exam.question_seconds or 0)))  # fmt: skip


def extra(more: Extra) -> str:
    """How much extra time that is."""
    if more.factor != 1:
        return _("%(factor)s times the minutes", factor=number(more.factor))
    return ngettext("%(num)s minute more", "%(num)s minutes more", more.minutes)


def extra_given(row: ExtraTime) -> str:
    """How much extra time somebody was given, since when and why."""
    return _("%(amount)s, since %(day)s: %(reason)s", day=local_date(row.at), reason=row.reason,
             amount=extra(exam_times.extra_of(row.factor, row.minutes)))  # fmt: skip


def time_of(exam: Exam, more: Extra) -> str:
    """How many minutes one person has."""
    own = exam.minutes + int(more.over(exam.minutes).total_seconds() // 60)
    said = ngettext("%(num)s minute", "%(num)s minutes", own)
    if own == exam.minutes:
        return said
    return _("%(minutes)s, %(more)s of them extra for you", minutes=said, more=number(own - exam.minutes))


def ways_in(exam: Exam) -> str:
    """What one needs to get in, for those who stand before a poster."""
    held = [_(said) for way, said in (
        (exam.entry_account, N_("with your card, or with your name and password")),
        (exam.entry_number, N_("with your name and staff number")),
        (exam.entry_open, N_("with your name and unit alone")),
    ) if way]  # fmt: skip
    return _("To get in: %(ways)s.", ways=_("; or ").join(held)) if held else ""


def percent(share: Decimal) -> str:
    """A share as a percentage."""
    return _("%(number)s %%", number=number(share * 100))


def changed(change: ExamChange) -> str:
    """One change in a sentence, with its reason."""
    if change.field == "state":
        said = _("The exam was withdrawn.") if change.new == "withdrawn" else _("The exam takes place after all.")
    else:
        old, new = _value(change, change.old), _value(change, change.new)
        by_seconds = old == new and change.field in MOMENTS
        said = _(_BY_SECONDS if by_seconds else _SENTENCES.get(change.field, _OTHER), old=old, new=new)
    return _("%(change)s Reason: %(reason)s", change=said, reason=change.reason) if change.reason else said


_BY_SECONDS = N_("A pause of less than a minute moved a time by just that: %(new)s.")
_OTHER = N_("Changed: %(old)s → %(new)s.")
_SENTENCES = {
    "opens_at": N_("The opening was moved from %(old)s to %(new)s."),
    "closes_at": N_("The closing was moved from %(old)s to %(new)s."),
    "minutes": N_("The time was changed from %(old)s to %(new)s minutes for those who start later."),
    "question_seconds": N_(
        "The time of each question was changed from %(old)s to %(new)s seconds, for questions shown later."
    ),
    "pass_share": N_("The pass mark was changed from %(old)s to %(new)s."),
    "results_at": N_("The moment before which no result is shown was changed from %(old)s to %(new)s."),
    "entry_minutes": N_("The latest entry was changed from “%(old)s” to “%(new)s”."),
    "entry_until": N_("The latest entry was changed from “%(old)s” to “%(new)s”."),
    "extra_past_closing": N_("Whether extra time goes on after the closing was changed from %(old)s to %(new)s."),
    "hand_in_minutes": N_("The earliest hand-in was changed from “%(old)s” to “%(new)s”."),
    "retake_for": N_("The retake was changed from “%(old)s” to “%(new)s”."),
    "retake_opens_at": N_("The opening of the retake was moved from %(old)s to %(new)s."),
    "retake_closes_at": N_("The closing of the retake was moved from %(old)s to %(new)s."),
    "retake_attempts": N_("The attempts in the retake were changed from %(old)s to %(new)s."),
    "integrity": N_("The rules on leaving the page, watermark and devices were lifted for everybody."),
    "appeal_days": N_("Until when one may object to a result was changed from “%(old)s” to “%(new)s”."),
    "entry_account": N_("Whether one gets in with a card, or name and password, was changed from %(old)s to %(new)s."),
    "entry_number": N_("Whether one gets in with name and staff number was changed from %(old)s to %(new)s."),
    "entry_open": N_("Whether one gets in with name and unit alone was changed from %(old)s to %(new)s."),
    "scope": N_("Whom the exam is for was changed from “%(old)s” to “%(new)s”."),
    "title": N_("The title was changed from “%(old)s” to “%(new)s”."),
    "paused": N_("The exam was paused at %(new)s; the time is given back."),
    "resumed": N_("The exam, paused since %(old)s, went on at %(new)s; all who sat got this time back."),
    "notice": N_("The notice was changed."),
    "contact_name": N_("The contact was changed from “%(old)s” to “%(new)s”."),
    "contact_phone": N_("The phone number was changed from “%(old)s” to “%(new)s”."),
}


YES_OR_NO = frozenset({"extra_past_closing", "entry_account", "entry_number", "entry_open"})
MOMENTS = frozenset({"opens_at", "closes_at", "entry_until", "retake_opens_at", "retake_closes_at", "results_at",
                     "paused", "resumed"})  # fmt: skip
"""What of an exam is a moment where a change of it is on record."""


def _value(change: ExamChange, code: str) -> str:
    if change.field == "retake_for":
        return _(RETAKES[RetakeFor(code)]) if code else _("none")
    if change.field in YES_OR_NO:
        return _("yes") if code == "True" else _("no")
    if change.field == "appeal_days":
        return appeal_rule(int(code) if code else None)
    if change.field in ("entry_minutes", "hand_in_minutes"):
        return _after(change.field, int(code)) if code else _(_NO_LIMIT[change.field])
    if change.field in MOMENTS:
        return local_time(datetime.fromisoformat(code)) if code else _("not set")
    if change.field == "pass_share":
        return percent(Decimal(code))
    if change.field == "scope":
        return code or _("everybody in the organizing unit")
    return code


def unmarked(counts: tuple[int, int]) -> str:
    """How many answers wait for a person, of how many; empty where people mark nothing."""
    waiting, every = counts
    if not every:
        return ""
    return ngettext(
        "%(waiting)s of %(num)s answer waits for a person",
        "%(waiting)s of %(num)s answers wait for a person",
        every,
        waiting=waiting,
    )


def appeals(counts: tuple[int, int]) -> str:
    """How many appeals wait for an answer, of how many; empty where there are none."""
    waiting, every = counts
    if waiting:
        return ngettext("%(num)s appeal open, of %(every)s", "%(num)s appeals open, of %(every)s", waiting,
                        every=number(every))  # fmt: skip
    return ngettext("%(num)s appeal, answered", "%(num)s appeals, all answered", every) if every else ""


_NO_LIMIT = {"entry_minutes": N_("no minutes"), "hand_in_minutes": N_("at any time")}


def _after(field: str, minutes: int) -> str:
    if field == "entry_minutes":
        return ngettext("%(num)s minute after the opening", "%(num)s minutes after the opening", minutes)
    return ngettext("%(num)s minute after the start", "%(num)s minutes after the start", minutes)


def effects(found: Effects) -> tuple[str, ...]:
    """What a change would do to people, one sentence each."""
    said = []
    if found.extended:
        said.append(
            ngettext(
                "%(num)s running attempt gets more time, up to its full minutes.",
                "%(num)s running attempts get more time, up to their full minutes.",
                found.extended,
            )
        )
    if found.past_closing:
        said.append(
            ngettext(
                "%(num)s running attempt goes on after the new closing, until %(until)s; it is not cut short.",
                "%(num)s running attempts go on after the new closing, the last until %(until)s; none is cut short.",
                found.past_closing,
                until=local_time(found.last_deadline),
            )
        )
    if found.cut_short:
        said.append(
            ngettext(
                "%(num)s paper was closed by the clock though it has time by the new end. It stays closed: open it "
                "again on the board, under State “time ran out”.",
                "%(num)s papers were closed by the clock though they have time by the new end. They stay closed: open "
                "them again on the board, under State “time ran out”.",
                found.cut_short,
            )
        )
    if found.hand_in_later:
        said.append(
            ngettext(
                "%(num)s running attempt may be handed in only later than was said.",
                "%(num)s running attempts may be handed in only later than was said.",
                found.hand_in_later,
            )
        )
    if found.short_of_time:
        said.append(
            ngettext(
                "For %(num)s running attempt the questions still to come no longer fit into its time as a whole: the "
                "last ones might not be shown. Give more time on the board.",
                "For %(num)s running attempts the questions still to come no longer fit into their time as a whole: "
                "the last ones might not be shown. Give more time on the board.",
                found.short_of_time,
            )
        )
    if found.keys_known:
        said.append(
            _("Right answers or explanations could be seen already: who takes the retake may know them. From now on "
              "what is shown “after closing” waits for the end of the retake.")
        )  # fmt: skip
    if found.keys_known_again:
        said.append(
            _("The exam was over, and right answers or explanations could be seen already: who begins now may know "
              "them. From now on what is shown “after closing” is hidden until it is over again.")
        )  # fmt: skip
    if found.newly_passed:
        said.append(
            ngettext(
                "%(num)s person who had failed passes now and gets a completion.",
                "%(num)s people who had failed pass now and get completions.",
                found.newly_passed,
            )
        )
    if found.no_longer_passed:
        said.append(
            ngettext(
                "%(num)s person who had passed is below the new mark. The completion stays on record; "
                "void it there if it shall not count.",
                "%(num)s people who had passed are below the new mark. Their completions stay on record; "
                "void them there if they shall not count.",
                found.no_longer_passed,
            )
        )
    if found.exempted:
        said.append(
            ngettext(
                "%(num)s person who was due is exempted, with this reason.",
                "%(num)s people who were due are exempted, with this reason.",
                found.exempted,
            )
        )
    if found.added:
        said.append(
            ngettext(
                "%(num)s person becomes due as an addition, with this reason.",
                "%(num)s people become due as additions, with this reason.",
                found.added,
            )
        )
    if found.due_again:
        said.append(
            ngettext(
                "%(num)s person whom an earlier change exempted is due again.",
                "%(num)s people whom an earlier change exempted are due again.",
                found.due_again,
            )
        )
    if found.due_no_more:
        said.append(
            ngettext(
                "%(num)s person whom an earlier change added is due no more.",
                "%(num)s people whom an earlier change added are due no more.",
                found.due_no_more,
            )
        )
    return tuple(said)
