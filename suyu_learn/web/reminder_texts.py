"""What a reminder says: title, how many, until when, where, and who; for the chat group, a robot, or mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from suyu_learn.domain.messages import Group, Phrases, composed, fitted, harmless
from suyu_learn.services.reminders import Counts, Lacking, Missing, Team
from suyu_learn.web.acting import midnight
from suyu_learn.web.context import learn, now
from suyu_learn.web.i18n import N_, _, labelled, language, local_date, ngettext, speak


@dataclass(frozen=True, slots=True)
class Wording:
    """How a kind of things is spoken of."""

    missing: str
    missing_exempt: str
    everybody: str
    nobody: str
    where: str


PROGRAMME = Wording(
    missing=N_("Not completed yet: %(missing)s of %(given)s"),
    missing_exempt=N_("Not completed yet: %(missing)s of %(given)s, %(exempt)s exempt"),
    everybody=N_("Everybody has completed it."),
    nobody=N_("Nobody has been given it."),
    where=N_("Learn here: %(url)s"),
)
EXAM = Wording(
    missing=N_("Not sat yet: %(missing)s of %(given)s"),
    missing_exempt=N_("Not sat yet: %(missing)s of %(given)s"),
    everybody=N_("Nobody who is due is missing."),
    nobody=N_("Nobody is due."),
    where=N_("The way in: %(url)s"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be done, and where; without an address nobody is sent anywhere."""

    title: str
    url: str = ""
    until: str = ""
    """The end in words, where it is the same for everybody."""

    wording: Wording = PROGRAMME


def today() -> date:
    """The day of the settings' zone."""
    return now().astimezone(learn().zone).date()


@contextmanager
def for_groups() -> Iterator[None]:
    """What goes out by itself is said in the language of the site, whoever looks on."""
    before = language()
    speak(learn().catalogs.default)
    try:
        yield
    finally:
        speak(before)


MOST_NAMES = 200
"""In a text to copy: who reads a chat reads no more, and the printed list has all."""


def whole(subject: Subject, found: Missing, *, with_names: bool = True) -> str:
    """The text for everybody, by team, with the first names; without names only how many there are in each."""
    if with_names:
        return composed(head(subject, found), groups(found.teams), phrases(), names=MOST_NAMES)
    return "\n".join((*head(subject, found), *_counted(found.teams)))


def of_team(subject: Subject, team: Team, *, with_names: bool = True) -> str:
    """The shorter text for one team alone."""
    only = Missing(team.counts, (team,))
    lines = head(subject, only)
    if not with_names:
        return "\n".join(lines)
    label = _("Still missing")
    return composed(lines, [Group(label, names(team.missing, dated=len(only.deadlines) > 1))], phrases(),
                    names=MOST_NAMES)  # fmt: skip


def for_robot(subject: Subject, found: Missing, *, most: int) -> str:
    """The text with as many names as a robot takes; it says how many it leaves out."""
    return fitted(head(subject, found), groups(found.teams), phrases(), most=most)


def head(subject: Subject, found: Missing) -> list[str]:
    """What stands above the names."""
    lines = [_("Reminder: %(title)s", title=harmless(subject.title)), missing_of(found.counts, subject.wording)]
    if found.counts.missing:
        lines += [late(found.counts), subject.until or deadline(found.deadlines)]
    if subject.url:
        lines.append(_(subject.wording.where, url=subject.url))
    return [line for line in lines if line]


def missing_of(counts: Counts, wording: Wording = PROGRAMME) -> str:
    """How many lack it, of how many."""
    if not counts.given:
        return _(wording.nobody)
    if not counts.missing:
        return _(wording.everybody)
    text = wording.missing_exempt if counts.exempt else wording.missing
    return _(text, missing=counts.missing, given=counts.given, exempt=counts.exempt)


def late(counts: Counts) -> str:
    """How many are late, where not all are."""
    return _("Overdue: %(num)s", num=counts.overdue) if 0 < counts.overdue < counts.missing else ""


def deadline(days: Sequence[date]) -> str:
    """The deadline in words, or from when to when there are several."""
    if not days:
        return ""
    if len(days) == 1:
        return _("Deadline: %(day)s (%(left)s)", day=day_in_words(days[0]), left=left(days[0]))
    return _("Deadlines: %(first)s to %(last)s, each person's own", first=day_in_words(days[0]),
             last=day_in_words(days[-1]))  # fmt: skip


def left(day: date) -> str:
    """How far away a deadline is."""
    away = (day - today()).days
    if away < 0:
        return ngettext("%(num)s day ago", "%(num)s days ago", -away)
    if away == 0:
        return _("today is the last day")
    return ngettext("%(num)s day left", "%(num)s days left", away)


def day_in_words(day: date) -> str:
    """A day with its year."""
    return local_date(midnight(day))


def groups(teams: Sequence[Team]) -> list[Group]:
    """The names by team, with their own days where these differ."""
    dated = len({one.due_on for team in teams for one in team.missing}) > 1
    return [
        Group(_counted_label(team), names(team.missing, dated=dated)) for team in teams if team.missing
    ]  # fmt: skip


def names(people: Sequence[Lacking], *, dated: bool = False) -> tuple[str, ...]:
    """Names as a group may read them; a staff number only where two of a team have the same name."""
    known = Counter(one.name for one in people)
    return tuple(_name(one, twin=known[one.name] > 1, dated=dated) for one in people)


def _name(one: Lacking, *, twin: bool, dated: bool) -> str:
    said = [harmless(one.staff_number)] if twin and one.staff_number else []
    if dated and one.due_on is not None:
        said.append(f"{one.due_on.month}/{one.due_on.day}")
    name = harmless(one.name)
    return _("%(name)s (%(what)s)", name=name, what=" ".join(said)) if said else name


def team_name(team: Team) -> str:
    """What a team is called."""
    return harmless(team.label, longest=120) or _("Without a unit")


def _counted_label(team: Team) -> str:
    return ngettext("%(team)s (%(num)s person)", "%(team)s (%(num)s people)", team.counts.missing, team=team_name(team))


def _counted(teams: Sequence[Team]) -> list[str]:
    return [
        labelled(team_name(team), ngettext("%(num)s person", "%(num)s people", team.counts.missing))
        for team in teams
        if team.missing
    ]


def phrases() -> Phrases:
    """How the language of the page joins a message."""
    return Phrases(
        line=labelled,
        comma=_(", "),
        more=lambda count: ngettext("and %(num)s more person", "and %(num)s more people", count),
    )
