"""What the figures of questions say in plain words, and what to do about what is remarkable."""

from __future__ import annotations

from suyu_learn.domain.statistics import (
    EXTREME,
    FEWEST_COMPARED,
    FEWEST_RELIABLE,
    Flag,
    Raised,
    Reliability,
    ScoreGroup,
    ratio,
)
from suyu_learn.services.report_items import ItemReport
from suyu_learn.services.report_papers import Papers, Tries
from suyu_learn.web.i18n import N_, _, listed, ngettext
from suyu_learn.web.question_figures import time_says
from suyu_learn.web.report_tables import percent

TRIES = {
    Tries.FIRST: N_("Each person's first attempt"),
    Tries.LAST: N_("Each person's last attempt"),
    Tries.BEST: N_("Each person's best attempt"),
    Tries.ALL: N_("All attempts"),
}
GROUPS = {
    ScoreGroup.UPPER: N_("Upper group"),
    ScoreGroup.MIDDLE: N_("Middle group"),
    ScoreGroup.LOWER: N_("Lower group"),
}
FLAGS = {
    Flag.KEY: N_("Key in doubt"),
    Flag.NEGATIVE: N_("Misleads"),
    Flag.NOT_REACHED: N_("Not reached by many"),
    Flag.LEFT_OPEN: N_("Left open by many"),
    Flag.HARD: N_("Too hard"),
    Flag.EASY: N_("Very easy"),
    Flag.UNUSED: N_("Idle options"),
}
ADVICE = {
    Flag.KEY: N_(
        "People who did well on the rest of the paper chose %(options)s rather than what the key says. Read the "
        "question again: if the key is wrong, correct it in the bank and mark anew; if it is right, find out what "
        "makes the other option tempting."
    ),
    Flag.NEGATIVE: N_(
        "Those who did well on the rest of the paper got this one wrong more often than the others. Read stem and "
        "options again: something may be ambiguous, or out of date."
    ),
    Flag.NOT_REACHED: N_(
        "Many papers stop before this question. If they ended by the clock, give more minutes or ask less."
    ),
    Flag.LEFT_OPEN: N_(
        "Many passed it over and went on. Ask some of them whether they understood what is wanted; see whether the "
        "course says anything about it."
    ),
    Flag.HARD: N_(
        "So few got it right that guessing would do about as well. Check that the course covers it and that the stem "
        "says what is asked; else ask it of those who have learnt more."
    ),
    Flag.EASY: N_(
        "Nearly everybody got it right. That is good where everybody must know it; it tells nothing about who knows "
        "more than others."
    ),
    Flag.UNUSED: N_(
        "Fewer than 5 in 100 chose %(options)s. Nobody takes it for right, so leave it out or write a mistake there "
        "that people really make."
    ),
}


def tell(raised: Raised, letters: dict[str, str]) -> str:
    """What a flag advises; its options by their letters."""
    return _(ADVICE[raised.flag], options=listed(letters.get(key, key) for key in raised.options))


def too_few(count: int, fewest: int) -> str:
    """Instead of a figure that chance would make."""
    return _("too few answers (%(count)s, %(fewest)s needed)", count=count, fewest=fewest)


def of(count: object, every: int) -> str:
    """A count with what it is counted of."""
    return _("%(count)s of %(all)s", count=count, all=every)


def alpha_note(found: ItemReport) -> str:
    """What alpha is counted of, or why there is none."""
    whole = sum(found.papers.whole.values())
    if whole < FEWEST_RELIABLE:
        return too_few(whole, FEWEST_RELIABLE)
    if found.common < 2:
        return _("the papers had different questions")
    if found.reliability is None:
        return _("everybody earned the same")
    return _("%(questions)s questions, %(people)s papers", questions=found.reliability.questions,
             people=found.reliability.people)  # fmt: skip


def reliable(found: ItemReport) -> Reliability | None:
    """The reliability, where enough papers tell."""
    whole = sum(found.papers.whole.values())
    return found.reliability if whole >= FEWEST_RELIABLE else None


def alpha_says(told: Reliability) -> tuple[str, str, bool]:
    """What an alpha comes to, what to do, and whether that is serious. The bounds of 0.7, 0.8 and 0.9 are those of
    J. C. Nunnally, Psychometric Theory, 1978, pages 245-246."""
    if told.alpha >= 0.9:
        return (_("The points can be relied on very well"),
                _("Also decisions about single people, such as a certificate, can rest on them."), False)  # fmt: skip
    if told.alpha >= 0.8:
        return (_("The points can be relied on"),
                _("Look twice at people who are just below or above the pass mark."), False)  # fmt: skip
    if told.alpha >= 0.7:
        return (_("The points can be relied on fairly well"),
                _("That is enough to compare groups. Let people near the pass mark sit again before you decide."),
                False)  # fmt: skip
    return (_("The points cannot be relied on much"),
            _("Chance has a large part in who has more points than whom. More questions help, and mending those with "
              "remarks. Where nearly everybody is right the figure is low, too: then it says only that people hardly "
              "differ."), True)  # fmt: skip


def error_says(told: Reliability) -> str:
    """What the standard error means, in points of this exam."""
    if told.error is None:
        return ""
    return _("Had the same people sat a like paper, two of three would have come out less than %(points)s points away.",
             points=number_of(told.error))  # fmt: skip


def number_of(value: float, places: int = 1) -> str:
    """A figure with as many places as it deserves; no minus before nought."""
    said = f"{value:.{places}f}"
    return said.replace("-", "−") if float(said) else said.lstrip("-")


def pace_says(papers: Papers, *, short: bool) -> tuple[str, str] | None:
    """Whether the time was short, and what to do; None where it was not."""
    if not short:
        return None
    open_ones = papers.begun - papers.reached
    share = percent(ratio(papers.reached, papers.begun))
    said = _("Only %(share)s of the papers were answered to the last question", share=share)
    if 2 * papers.short_and_run_out >= open_ones:
        return said, _("The clock ended %(count)s of the %(all)s others: the time was too short. Give more minutes or "
                       "ask less.", count=papers.short_and_run_out, all=open_ones)  # fmt: skip
    return said, _("The clock ended only %(count)s of the %(all)s others, so time was hardly the reason. Look at the "
                   "last questions: they may be hard, or hard to find.", count=papers.short_and_run_out,
                   all=open_ones)  # fmt: skip


def notes(found: ItemReport) -> tuple[str, ...]:
    """What each figure is counted of, in words that need no statistics."""
    said = [
        _("Share right: the points earned of those to be had, on average over the marked answers; one left open earns "
          "nothing."),
        _("Discrimination: whether those who got the question right also did well on the rest of the paper, from −1 to "
          "1. From about 0.2 a question tells those who know the subject from the others; below 0 something is wrong "
          "with it. It needs %(fewest)s papers that are marked whole.", fewest=FEWEST_COMPARED),
        _("Upper and lower group: the %(share)s of the papers with the most and with the fewest points; who has as "
          "many points as the last of them belongs to them too. A good wrong option is chosen more often in the lower "
          "group.",
          share=f"{EXTREME:.0%}"),
        _("Left open: asked and not answered. Not reached: left open, and everything behind it too."),
        time_says(),
        _("Reliability is Cronbach's alpha, from 0 to 1: how far another set of such questions would have put people "
          "in the same order. The error of measurement says the same in points."),
    ]  # fmt: skip
    if found.reliability is not None and found.common < found.most:
        said.append(
            _(
                "Reliability and error are only of the %(count)s questions that are on every paper, of up to "
                "%(all)s on one: they say nothing about the others.",
                count=found.common,
                all=found.most,
            )
        )
    if any(one.in_group for one in found.lines):
        said.append(_("Questions about one passage hang together; that makes reliability look a little better than it "
                      "is."))  # fmt: skip
    if found.suppressed:
        said.append(_("* stands for few people, or for a number from which one could be worked out. The figures are of "
                      "first attempts of all units in sight."))  # fmt: skip
    elif found.papers.points_only:
        said.append(ngettext(
            "Of %(num)s paper only the points are known; it is in no figure here.",
            "Of %(num)s papers only the points are known; they are in no figure here.", found.papers.points_only,
        ))  # fmt: skip
    return tuple(said)
