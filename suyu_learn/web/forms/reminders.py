"""The form of a channel for reminders."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import RadioField
from wtforms.validators import InputRequired

from suyu_learn.models import ChannelKind, Unit
from suyu_learn.web import words
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import choices, text_field, unit_field
from suyu_learn.web.i18n import _


def channel_form(units: Iterable[tuple[Unit, int]], *, everywhere: bool) -> Form:
    """A robot or mail address, and whose people it is for."""
    kinds = ((kind.value, _(label)) for kind, label in words.CHANNELS.items())

    class ChannelForm(Form):
        kind = RadioField(_("What it is"), [InputRequired()], choices=choices(kinds), default=ChannelKind.WECOM.value)
        name = text_field(
            _("Name of the channel"), most=100, required=True, hint=_("As the group is called, such as “Early shift”")
        )
        unit = unit_field(
            _("Whose people it tells of"), units, none=_("Everybody, in all units") if everywhere else None
        )
        address = text_field(
            _("Address"), most=500, required=True, autocomplete="off", spellcheck="false", inputmode="url",
            hint=_("Of a robot: the whole Webhook address that the group shows. Afterwards nobody sees it again."),
        )  # fmt: skip
        secret = text_field(
            _("Signing secret"), most=200, autocomplete="off", spellcheck="false",
            hint=_("Only of a robot of DingTalk whose security setting is the signature (加签); it begins with SEC."),
        )  # fmt: skip

    return ChannelForm()
