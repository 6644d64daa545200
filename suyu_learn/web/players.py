"""The player of a film or sound: what every browser has, which plays without script."""

from __future__ import annotations

from markupsafe import Markup

from suyu_learn.content.films import FILM
from suyu_learn.services.media import Shape
from suyu_learn.web.i18n import _, ngettext
from suyu_learn.web.links import link


def placed(sha256: str, words: str, shape: Shape, seconds: int, *, small: bool) -> str:
    """The player with its words below, which are escaped; where only little stands, a link."""
    address, is_film = link("media", sha256=sha256), shape.mime == FILM
    length = playing(seconds)
    kind = _("Film, %(length)s", length=length) if is_film else _("Sound, %(length)s", length=length)
    if small:
        return f'<a class="sl-film__way" href="{address}" target="_blank" rel="noopener">{Markup.escape(kind)}</a>'
    name = words or Markup.escape(kind)
    alone = Markup.escape(_("Open it by itself"))
    common = f'controls preload="metadata" src="{address}" aria-label="{name}" data-film="{sha256}"'
    inside = f'<a href="{address}">{alone}</a>'
    if is_film:
        size = f' width="{shape.width}" height="{shape.height}"' if shape.width and shape.height else ""
        within = "playsinline webkit-playsinline x5-playsinline"  # browsers of phones else leave the page for a film
        player = f'<video class="sl-film__video" {common}{size} {within}>{inside}</video>'
    else:
        player = f'<audio class="sl-film__sound" {common}>{inside}</audio>'
    said = f'<span class="sl-film__words">{words}</span>' if words else ""
    return (
        f'<span class="sl-film">{player}<span class="sl-film__about">{said}'
        f'<span class="sl-film__length" data-film-said>{Markup.escape(kind)}</span></span></span>'
    )


def playing(seconds: int) -> str:
    """How long something plays."""
    if seconds < 60:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    minutes = (seconds + 30) // 60
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)
