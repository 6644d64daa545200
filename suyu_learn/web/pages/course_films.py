"""Where a film or sound is put into a lesson."""

from __future__ import annotations

from dataclasses import dataclass

from .common import Action


@dataclass(frozen=True, slots=True)
class FilmPage:
    """`courses/film.html`."""

    trail: tuple[Action, ...]
    post_url: str
    back_url: str
    most_megabytes: str
    too_large: str
    """What is said of a file that is larger, before it is sent."""

    words: str = ""
    first: bool = False
    error: str = ""
