"""The pictures and formulas of a whole page, put where its texts keep a place for them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from html import unescape
from time import monotonic
from typing import TYPE_CHECKING

from markupsafe import Markup

from suyu_learn.content import formulas
from suyu_learn.services import media
from suyu_learn.services.media import Shape
from suyu_learn.web import players
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_PICTURE = re.compile(r'<img( class="sl-picture__small")? src="media:([0-9a-f]{64})" alt="([^"]*)">')
_FORMULA = re.compile(r'(<span class="sl-formula(?: sl-formula--block)?" role="img" aria-label="([^"]*)">)(</span>)')
_SYMBOL = re.compile(r'<symbol id="([^"]*)".*?</symbol>')


LONGEST_DRAWING = 10.0
"""Seconds after which a page shows the formulas left as they were typed; the next time the others are there at once."""


class Sizes:
    """The shapes of the media seen lately; they never change, so each is asked for once."""

    def __init__(self, *, most: int = 50_000) -> None:
        self._most = most
        self._known: dict[str, Shape] = {}
        self._guard = threading.Lock()

    def missing(self, shas: Iterable[str]) -> set[str]:
        """Those not yet known."""
        return set(shas) - self._known.keys()

    def read(self, on: Session, shas: Iterable[str]) -> None:
        """Ask for some in one statement."""
        found = media.shapes_of(on, shas)
        with self._guard:
            if len(self._known) + len(found) > self._most:
                self._known.clear()
            self._known.update(found)

    def get(self, sha256: str) -> Shape | None:
        """The shape of a medium; None where there is none."""
        return self._known.get(sha256)


def completed(html: str) -> str:
    """The page with its pictures and formulas; a page without any is given back as it is."""
    if ' src="media:' in html:
        html = _with_pictures(html)
    if '<span class="sl-formula' in html:
        html = _with_formulas(html)
    return html


def _with_pictures(html: str) -> str:
    sizes = learn().sizes
    missing = sizes.missing(found[2] for found in _PICTURE.finditer(html))
    if missing:
        sizes.read(session(), missing)
    first, unseen = True, _("picture")

    def placed(found: re.Match[str]) -> str:
        nonlocal first
        shape = sizes.get(found[2])
        if shape is None:
            return f'<span class="sl-picture__gone">{found[3] or unseen}</span>'
        if shape.seconds is not None:
            return players.placed(found[2], found[3], shape, shape.seconds, small=bool(found[1]))
        lazily, first = "" if first else ' loading="lazy"', False
        return _placed(found[2], found[3] or unseen, shape, lazily, small=bool(found[1]))

    return _PICTURE.sub(placed, html)


def _placed(sha256: str, alt: str, shape: Shape, lazily: str, *, small: bool) -> str:
    """A picture that leads to itself; within a choice, where a tap chooses, the way stands beside it."""
    address = link("media", sha256=sha256)
    image = (
        f'<img class="sl-picture__image" src="{address}" alt="{alt}" width="{shape.width}" '
        f'height="{shape.height}"{lazily} decoding="async">'
    )
    way = f'<a class="sl-picture__way" href="{address}" target="_blank" rel="noopener">'
    if small:
        larger = Markup.escape(_("Larger"))
        return f'<span class="sl-picture sl-picture--small">{image}{way}{larger}</a></span>'
    return f'<span class="sl-picture">{way}{image}</a></span>'


def _with_formulas(html: str) -> str:
    """Each formula drawn, and each of its letters once on the page."""
    known: set[str] = set()
    began = monotonic()

    def once(found: re.Match[str]) -> str:
        if found[1] in known:
            return ""
        known.add(found[1])
        return found[0]

    def placed(found: re.Match[str]) -> str:
        svg = None
        if monotonic() - began < LONGEST_DRAWING:
            svg = formulas.drawn(unescape(found[2]), block="sl-formula--block" in found[1])
        if svg is None:
            return f'<code class="sl-formula__source">{found[2]}</code>'
        return found[1] + _SYMBOL.sub(once, svg) + found[3]

    return _FORMULA.sub(placed, html)
