"""The sentence for each problem code: what is wrong, and what to do. Codes never change; sentences are translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from suyu_learn.domain.papers.conflict import Demand
from suyu_learn.domain.problems import Problem
from suyu_learn.web import paper_demands, question_words
from suyu_learn.web.context import learn
from suyu_learn.web.i18n import _, listed, local_time, number
from suyu_learn.web.sentences import SENTENCES

STATUS = {
    "address.unproved": 409,
    "address.unreachable": 409,
    "appeal.unknown": 404,
    "audience.unknown": 404,
    "attendance.unknown": 404,
    "bank.import_arriving": 409,
    "bank.import_unknown": 404,
    "bank.not_found": 404,
    "card.holds_more": 403,
    "card.person_gone": 410,
    "card.person_unknown": 404,
    "card.replaced": 410,
    "card.revoked": 410,
    "card.shown_once": 409,
    "card.unit_unknown": 404,
    "card.unknown": 404,
    "certificate.no_font": 409,
    "certificate.no_subject": 404,
    "certificate.none_to_print": 404,
    "certificate.not_issued": 409,
    "certificate.revoked_already": 409,
    "certificate.unknown": 404,
    "completion.unknown": 404,
    "course.from_pack": 409,
    "course.lesson_opens_later": 409,
    "course.no_draft": 409,
    "course.no_such_lesson": 404,
    "course.opens_later": 409,
    "course.requires": 409,
    "course.unknown": 404,
    "course.zip_gone": 404,
    "entry.code_unknown": 404,
    "event.unknown": 404,
    "exam.unknown": 404,
    "film.no_room": 507,
    "film.too_large": 413,
    "grant.unknown": 404,
    "outside.no_file": 404,
    "outside.unknown": 404,
    "practice.no_such_bank": 404,
    "practice.no_such_mock": 404,
    "practice.no_such_question": 404,
    "programme.no_such_member": 404,
    "identity.answered": 409,
    "identity.changed_meanwhile": 409,
    "identity.not_asked": 409,
    "programme.not_published": 409,
    "programme.publish_first": 409,
    "programme.not_yours": 404,
    "programme.changed_meanwhile": 409,
    "programme.close_first": 409,
    "programme.published": 409,
    "programme.unknown": 404,
    "question.no_editor": 404,
    "question.no_such_version": 404,
    "question.not_found": 404,
    "share.unknown": 404,
    "topic.unknown": 404,
    "topic.used_elsewhere": 403,
    "hours.unknown": 404,
    "marking.unknown": 404,
    "marking.in_hand": 409,
    "marking.your_own": 409,
    "print.is_draft": 409,
    "print.not_open": 409,
    "reminder.no_such_channel": 404,
    "reminder.no_such_message": 404,
    "reminder.not_again": 409,
    "regrade.by_hand": 409,
    "regrade.not_published": 409,
    "regrade.nothing": 409,
    "roster.unknown_change": 404,
    "media.unknown": 404,
    "page.refused": 403,
    "report.keys_later": 409,
    "page.unknown": 404,
    "record.unknown_person": 404,
    "person.holds_more": 403,
    "person.unknown": 404,
    "roster.unknown": 404,
    "offline.file_unknown": 404,
    "scan.unknown": 404,
    "sitting.unknown": 404,
    "sign_off.no_part": 404,
    "sign_off.unknown": 404,
    "sign_in.needed": 401,
    "sign_in.wait": 429,
    "unit.not_here": 404,
    "upload.too_large": 413,
}


def _criteria(numbers: Any) -> str:
    return listed(question_words.criterion(one) or str(one) for one in numbers)


WORDS: Mapping[str, Callable[[Any], object]] = {
    "criteria": _criteria, "dimension": question_words.dimension, "room": number, "claimed": number,
}  # fmt: skip
"""How values are told that inner layers know by number or code only."""


def sentence(problem: Problem) -> str:
    """The problem in the language of the page."""
    text = SENTENCES.get(problem.code) or learn().plugins.sentences.get(problem.code)
    if text is None:
        return problem.code
    values = {name: WORDS.get(name, _shown)(value) for name, value in problem.params.items()}
    return _(text, **values) if values else _(text).replace("%%", "%")


def status(problem: Problem) -> int:
    """The HTTP status of a problem that ends a request."""
    return STATUS.get(problem.code, 400)


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, Problem):
        return sentence(value)
    if isinstance(value, Demand):
        return paper_demands.said(value)
    if isinstance(value, list | tuple | set | frozenset):
        return listed(str(_shown(one)) for one in value)
    return value
