"""Channels of reminders: adding, trying, ending, and what became of the messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from suyu_learn.domain.problems import Problem
from suyu_learn.models import ChannelKind, ReminderState, Unit
from suyu_learn.services import outside_reminders as warned
from suyu_learn.services import reminder_channels, reminder_delivery, reminder_sending, reminders, units
from suyu_learn.services.reminder_channels import Channel
from suyu_learn.services.reminder_sending import FROM_HOUR, TO_HOUR, Occasion, Sent
from suyu_learn.services.reminders import Overview
from suyu_learn.web import addresses, context, outside_reminders, problems, reminder_runs, reminder_texts, words
from suyu_learn.web.acting import actor, carried_out, unread
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.reminders import channel_form
from suyu_learn.web.i18n import N_, _, local_date, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.manage import trail
from suyu_learn.web.pages.common import Action, Alignment, Column, MessageKind, Row
from suyu_learn.web.pages.people import FormPage, Listing
from suyu_learn.web.pages.reminders import ChannelCard, MessageCard, RemindersPage
from suyu_learn.web.reminders import MAY_REMIND
from suyu_learn.web.routing import Routes
from suyu_learn.web.shell import say
from suyu_learn.web.templates import render

routes = Routes()

OCCASIONS = {
    Occasion.GIVEN: N_("given"),
    Occasion.GIVEN_OPEN: N_("given"),
    Occasion.WEEK: N_("within a week of the deadline"),
    Occasion.DAY: N_("within a day of the deadline"),
    Occasion.OVERDUE: N_("overdue"),
}
STATES = {
    ReminderState.SENDING: N_("being sent"),
    ReminderState.SENT: N_("sent"),
    ReminderState.FAILED: N_("not sent"),
}


@routes.get("/manage/reminders", access=MAY_REMIND, endpoint="reminders")
def index() -> str:
    """Who lacks what, where reminders go by themselves, and what became of them."""
    reach = reminders.reach_of(session(), actor())
    return render("reminders/index.html", RemindersPage(
        trail=trail(),
        programmes=_programmes(
            reminders.overview(session(), reach=reach, now=now(), zone=learn().zone, unread=unread())
        ),
        channels=tuple(_card(one) for one in reminder_channels.within(session(), actor())),
        messages=_messages(),
        new_url=link("new_channel"),
        hours=_("By itself a message goes out on the day a programme is given, 7 days and 1 day before the deadline, "
                "and once when it is over; of a certificate of others 60, 30 and 7 days before it ends or has to be "
                "reviewed, and once when it is over; from %(first)s to %(last)s only.",
                first=f"{FROM_HOUR}:00", last=f"{TO_HOUR}:00"),
        doubt=addresses.doubt_in_words() if not learn().settings.public_url else "",
    ))  # fmt: skip


@routes.get("/manage/reminders/new", access=MAY_REMIND)
def new_channel() -> str:
    """The form of a channel."""
    return _new_page(_form())


@routes.post("/manage/reminders/new", access=MAY_REMIND, endpoint="new_channel_post")
def new_channel_post() -> Any:
    """Keep it."""
    form = _form()
    if carried_out(form, lambda: reminder_channels.add(
        session(), kind=ChannelKind(form.data["kind"]), name=form.data["name"], address=form.data["address"],
        secret=form.data["secret"] or "", unit=_unit(form), settings=learn().settings, actor=actor(), now=now(),
    )):  # fmt: skip
        say(MessageKind.SUCCESS, _("The channel is saved. Send a message to try it."))
        return redirect(link("reminders"), code=303)
    return _new_page(form), 422


@routes.post("/manage/reminders/<int:channel_id>/test", access=MAY_REMIND, writes=False)
def try_channel(channel_id: int) -> Response:
    """Send a message that names nobody, now."""
    person = actor()
    channel = reminder_channels.get(session(), channel_id, actor=person)
    to = reminder_delivery.destination(channel.row)
    with context.writing_apart() as writing:
        reminder_channels.record_test(writing, channel, actor=person, now=now())
    try:
        reminder_runs.try_out(to)
        say(MessageKind.SUCCESS, _("The message was taken. Look whether it has arrived."))
    except Problem as problem:
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(link("reminders"), code=303)


@routes.get("/manage/reminders/<int:channel_id>/end", access=MAY_REMIND)
def end_channel(channel_id: int) -> str:
    """Ask."""
    channel = reminder_channels.get(session(), channel_id, actor=actor())
    return render("manage/form.html", FormPage(
        title=_("End the channel “%(name)s”", name=channel.row.name), form=Form(), submit=_("End it"), danger=True,
        cancel_url=link("reminders"), trail=_way(), facts=_facts(channel),
        lead=_("Nothing is sent there any more, and its address is forgotten. What was sent stays on record."),
    ))  # fmt: skip


@routes.post("/manage/reminders/<int:channel_id>/end", access=MAY_REMIND, endpoint="end_channel_post")
def end_channel_post(channel_id: int) -> Response:
    """End it."""
    channel = reminder_channels.get(session(), channel_id, actor=actor(), ended=True)
    reminder_channels.end(session(), channel, actor=actor(), now=now())
    say(MessageKind.SUCCESS, _("“%(name)s” has ended.", name=channel.row.name))
    return redirect(link("reminders"), code=303)


@routes.post("/manage/reminders/messages/<int:number>/again", access=MAY_REMIND, writes=False)
def send_again(number: int) -> Response:
    """Send once more what did not go out."""
    return _sent_again(lambda: reminder_runs.send_again(number, actor=actor()))


def _sent_again(send: Callable[[], Problem | None]) -> Response:
    try:
        problem = send()
    except Problem as refusal:
        if problems.status(refusal) == 404:
            raise
        problem = refusal
    if problem is None:
        say(MessageKind.SUCCESS, _("The message was taken. Look whether it has arrived."))
    else:
        say(MessageKind.ERROR, problems.sentence(problem))
    return redirect(link("reminders"), code=303)


@routes.post("/manage/reminders/certificates/<key>/again", access=MAY_REMIND, writes=False)
def send_certificates_again(key: str) -> Response:
    """Send once more what did not go out about certificates."""
    return _sent_again(lambda: outside_reminders.send_again(key, actor=actor()))


def _form() -> Form:
    reach = reminders.reach_of(session(), actor())
    return channel_form(units.choices(session(), reach), everywhere=reach.everywhere)


def _unit(form: Form) -> Unit | None:
    return session().get(Unit, int(form.data["unit"])) if form.data["unit"] else None


def _new_page(form: Form) -> str:
    return render("manage/form.html", FormPage(
        title=_("New channel"), form=form, submit=_("Save"), cancel_url=link("reminders"), trail=_way(),
        lead=_("Whoever is in the group reads the names of those in the unit, and below it, who have not completed a "
               "programme or whose certificates come to their end. The message mentions nobody by itself."),
    ))  # fmt: skip


def _way() -> tuple[Action, ...]:
    return trail((_("Reminders"), link("reminders")))


def _programmes(found: list[Overview]) -> Listing:
    columns = (
        Column(_("Programme")),
        Column(_("Not completed"), Alignment.NUMBER),
        Column(_("People given it"), Alignment.NUMBER),
    )
    rows = tuple(
        (Action(one.programme.title, link("programme_reminders", key=one.programme.key)), one.missing, one.given)
        for one in found
    )
    return Listing(_("Who lacks what"), columns, rows, _("Nobody within your reach has been given a programme."))


def _card(channel: Channel) -> ChannelCard:
    return ChannelCard(
        name=channel.row.name,
        facts=_facts(channel),
        test_url=link("try_channel", channel_id=channel.row.id),
        end_url=link("end_channel", channel_id=channel.row.id),
    )


def _facts(channel: Channel) -> tuple[Row, ...]:
    row = channel.row
    return (
        Row(_("What it is"), _(words.CHANNELS[row.kind])),
        Row(_("Whose people it tells of"), channel.unit.name if channel.unit is not None else _("all units")),
        Row(_("Address"), reminder_channels.masked(row)),
        Row(_("Since"), local_date(row.created_at)),
    )


def _messages() -> tuple[MessageCard, ...]:
    """The last messages of both kinds, those that want a hand first, then the newest."""
    cards = [(_message(one), one.row.at) for one in reminder_sending.last(session(), actor(), now=now())]
    cards += [(_certificates(one), one.at) for one in warned.last(session(), actor(), now=now())]
    cards.sort(key=lambda one: (bool(one[0].again_url), one[1]), reverse=True)
    return tuple(card for card, _at in cards[: reminder_sending.KEPT])


def _certificates(sent: warned.Sent) -> MessageCard:
    return MessageCard(
        title=_("Certificates of others"),
        said=(sent.channel.name, ngettext("%(num)s person", "%(num)s people", sent.people), local_time(sent.at)),
        state=_("unknown") if sent.stuck else _(STATES[sent.state]),
        attention=sent.state is ReminderState.FAILED or sent.stuck,
        reason=_reason(sent.detail, stuck=sent.stuck),
        again_url=link("send_certificates_again", key=sent.key) if sent.open else "",
    )


def _message(sent: Sent) -> MessageCard:
    row = sent.row
    failed = row.state is ReminderState.FAILED
    open_again = (failed or sent.stuck) and sent.channel.ended_at is None
    return MessageCard(
        title=sent.programme.title,
        said=(
            sent.channel.name,
            _(OCCASIONS[Occasion(row.occasion)]),
            reminder_texts.day_in_words(row.due_on),
            ngettext("%(num)s person", "%(num)s people", row.people),
            local_time(row.at),
        ),
        state=_("unknown") if sent.stuck else _(STATES[row.state]),
        attention=failed or sent.stuck,
        reason=_reason(row.detail, stuck=sent.stuck),
        again_url=link("send_again", number=row.id) if open_again else "",
    )


def _reason(detail: object, *, stuck: bool) -> str:
    if stuck:
        return _("The server was stopped while it was sending. The message may have arrived: look there before you "
                 "send it again.")  # fmt: skip
    kept = detail if isinstance(detail, dict) else {}
    return problems.sentence(Problem(kept["code"], **kept["params"])) if "code" in kept else ""
