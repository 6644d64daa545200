"""What players tell of the films and sounds of a lesson, as it comes from our script, and what the script is told."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from suyu_learn.domain.courses import Played, Told
from suyu_learn.domain.problems import Problem
from suyu_learn.services import studying
from suyu_learn.services.studying import Entered
from suyu_learn.web import page_stamps
from suyu_learn.web.context import now, session
from suyu_learn.web.i18n import _
from suyu_learn.web.links import link
from suyu_learn.web.pages.courses import FilmsFollowed

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_AGE = 30 * 24 * 3600
MOST_REPORTS = 200
MOST_SPANS = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What was played until `age` ago, under a key that counts once."""

    key: str
    told: Sequence[Told]
    unseen: int
    age: timedelta
    page: str = ""
    """The stamp of the page in which it was played."""


def read(text: str) -> list[Report]:
    """The reports of a form, oldest first; raises Problem for what our script does not write."""
    try:
        said = json.loads(text) if text else []
        return [_report(one) for one in said[:MOST_REPORTS]]
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        raise Problem("course.unreadable_time") from None


def _report(said: Any) -> Report:
    key, spans = said["key"], said["spans"]
    if not _KEY.fullmatch(key):
        raise ValueError
    age, unseen = _number(said["age"]), _number(said["unseen"])
    return Report(
        key=key,
        told=[_told(one) for one in spans[:MOST_SPANS]],
        unseen=int(min(unseen, LONGEST_AGE)),
        age=timedelta(seconds=min(age, LONGEST_AGE)),
        page=str(said.get("page", "")),
    )


def _told(said: Any) -> Told:
    sha256, begin, end, took = said
    if not _SHA256.fullmatch(sha256):
        raise ValueError
    return Told(sha256, Played(_number(begin), _number(end)), _number(took))


def _number(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said) or said < 0:
        raise ValueError
    return float(said)


def keep(entered: Entered, reports: Sequence[Report]) -> None:
    """Count what was played: not before the page was made in which that was."""
    for one in reports:
        since = page_stamps.made_at(one.page, entered.person)
        age = one.age if since is not None else studying.age_at_most(entered, one.age, now=now())
        studying.watch(session(), entered, one.told, now=now(), key=one.key, unseen=one.unseen, age=age,
                       since=since)  # fmt: skip


def followed(entered: Entered) -> FilmsFollowed | None:
    """What the script is told of the films of a lesson; None for a lesson without any."""
    entry, course = entered.entry, entered.situation.course
    if not entry.films:
        return None
    progress = entered.situation.of(entry)
    watched = {film.sha256: [[span.begin, span.end] for span in progress.watched(film).spans] for film in entry.films}
    locked = course.seek_lock and any(film.is_film for film in entry.films)
    return FilmsFollowed(
        url=link("lesson_watched", slug=course.slug, lesson=entry.slug),
        watched=json.dumps(watched),
        locked=locked,
        note=_("Films cannot be skipped here: the lesson is finished once they are watched.")
        if locked
        else _("Of films and sounds, hours count what was really played."),
    )
