"""Certificates of others in words: of what kind, until when, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from suyu_learn.content.outside_kinds import Kind
from suyu_learn.models import OutsideCertificate, Person
from suyu_learn.services import grants, outside_certificates, outside_kinds, persons
from suyu_learn.web.acting import actor
from suyu_learn.web.certificate_words import day
from suyu_learn.web.context import learn, now, session
from suyu_learn.web.i18n import _, labelled, language, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.certificates import CertificateLink
from suyu_learn.web.pages.common import Notice


def today() -> date:
    """The day here."""
    return now().astimezone(learn().zone).date()


def kinds() -> Mapping[str, Kind]:
    """The kinds by their codes."""
    return outside_kinds.every(session())


def title(row: OutsideCertificate, known: Mapping[str, Kind]) -> str:
    """What a certificate is called: its kind, and for what it holds."""
    kind = known.get(row.kind)
    name = kind.called(language()) if kind is not None else row.kind
    return f"{name} · {row.detail}" if row.detail else name


def warning(row: OutsideCertificate) -> str:
    """What is to be done about an entry; empty where nothing is."""
    due = outside_certificates.due_on(row)
    if due is None or (due - today()).days > outside_certificates.WARN_DAYS:
        return ""
    review = row.review_on is not None and row.review_on == due
    if due < today():
        return _("the review was due by %(day)s", day=day(due)) if review else _("over since %(day)s", day=day(due))
    return _("to be reviewed by %(day)s", day=day(due)) if review else _("ends on %(day)s", day=day(due))


def standing_in_words() -> str:
    """How many certificates within reach are over or come due soon; empty where none are."""
    found = outside_certificates.warnings(
        session(), reach=grants.reach(session(), actor(), persons.EDITORS), today=today()
    )
    said = []
    if found.expired:
        said.append(ngettext("%(num)s certificate is over", "%(num)s certificates are over", found.expired))
    if found.soon:
        said.append(ngettext("%(num)s comes due within %(days)s days", "%(num)s come due within %(days)s days",
                             found.soon, days=outside_certificates.WARN_DAYS))  # fmt: skip
    return _("; ").join(said)


def own_notices(person: Person) -> tuple[Notice, ...]:
    """What somebody's own start page says of certificates that come to their end."""
    rows = outside_certificates.due_soon(session(), person, today=today())
    known = kinds() if rows else {}
    return tuple(Notice(_own(row, title(row, known)), _("My certificates"), link("my_records")) for row in rows)


def _own(row: OutsideCertificate, name: str) -> str:
    due = outside_certificates.due_on(row)
    over, review = due is not None and due < today(), row.review_on is not None and row.review_on == due
    said = {
        (False, False): _("Your certificate “%(name)s” ends on %(day)s. Ask HR about the next one in time.",
                          name=name, day=day(due)),
        (False, True): _("Your certificate “%(name)s” has to be reviewed by %(day)s. Ask HR about it in time.",
                         name=name, day=day(due)),
        (True, False): _("Your certificate “%(name)s” has been over since %(day)s: you may not do this work with it.",
                         name=name, day=day(due)),
        (True, True): _("The review of your certificate “%(name)s” was due by %(day)s: you may not do this work "
                        "without it.", name=name, day=day(due)),
    }  # fmt: skip
    return said[over, review]


def own_list(person: Person) -> tuple[CertificateLink, ...]:
    """One's own certificates of others, as they count."""
    rows = [row for row in outside_certificates.of_person(session(), person) if row.ended_at is None]
    known = kinds() if rows else {}
    return tuple(CertificateLink(title(row, known), "", _fact(row), not warning(row)) for row in rows)


def _fact(row: OutsideCertificate) -> str:
    said = [_("valid until %(day)s", day=day(row.valid_until)) if row.valid_until else _("valid without end")]
    if row.review_on is not None:
        said.append(labelled(_("Next review by"), day(row.review_on)))
    return " · ".join(said)
