"""What became of a result, in words: on the result itself, and as a notice on the start page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from suyu_learn.domain.attempts import Outcome
from suyu_learn.models import Attempt
from suyu_learn.services import result_changes
from suyu_learn.services.result_changes import MarkChange, News, ResultChanges
from suyu_learn.web.i18n import _, local_time, number
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Notice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def changed_words(session: Session, attempt: Attempt) -> Iterable[str]:
    """First what it means for the result, then each mark that was changed, with its reason."""
    found = result_changes.of_attempt(session, attempt)
    if found is None:
        return
    yield _whole(found)
    for one in found.marks:
        yield _one(one)


def _whole(found: ResultChanges) -> str:
    before, after = found.before, found.after
    if after.points is None or before.points is None:
        return _("Answers were marked anew.")
    if before.points == after.points:
        return _("Answers were marked anew. Your points stay the same.")
    return _("Your answers were marked anew: %(before)s points became %(after)s. %(verdict)s",
             before=number(before.points), after=number(after.points), verdict=_verdict(before, after))  # fmt: skip


def _verdict(before: Outcome, after: Outcome) -> str:
    if after.passed and not before.passed:
        return _("With this you have passed.")
    if before.passed and not after.passed:
        return _("With this the pass mark is not reached any more.")
    return _("You have passed, as before.") if after.passed else _("The pass mark is not reached, as before.")


def _one(one: MarkChange) -> str:
    values = {"number": one.slot, "time": local_time(one.at), "before": number(one.before), "after": number(one.after),
              "reason": one.reason}  # fmt: skip
    if one.before == one.after:
        return _("Question %(number)s, %(time)s: %(after)s points as before. Reason: %(reason)s", **values)
    return _("Question %(number)s, %(time)s: %(before)s points became %(after)s. Reason: %(reason)s", **values)


def notice(news: News) -> Notice:
    """One notice on the start page, with the way to the result."""
    title, found = news.attempt.exam.title, news.changes
    said = []
    if news.answered:
        said.append(_("Your appeal in “%(title)s” was answered.", title=title))
    if found is not None and found.before.points is not None and found.after.points is not None:
        said.append(
            _("Your result in “%(title)s” was marked anew: %(before)s points became %(after)s. %(verdict)s",
              title=title, before=number(found.before.points), after=number(found.after.points),
              verdict=_verdict(found.before, found.after))
        )  # fmt: skip
    if news.result:
        said.append(_("Your result in “%(title)s” is there.", title=title))
    return Notice(" ".join(said), _("Look at the result"),
                  link("result", key=news.attempt.key))  # fmt: skip
