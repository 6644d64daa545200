"""The demo's programmes: each audience's from a template, given to the city for the year, and a lecture to come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules
from suyu_learn.domain.programmes import faults
from suyu_learn.models import PartKind, Person, Programme, ProgrammePart, ProgrammeStage, Unit
from suyu_learn.services import (
    events,
    programme_assigning,
    programme_progress,
    programme_templates,
    programme_writing,
)
from suyu_learn.services.programme_assigning import Wanted

GIVEN = (("officials-90", "officials"), ("farmers-e-commerce", "farmers"), ("seniors-phone-and-health", "seniors"))
FOR_NEW_WORKERS = "new-workers-24"
DAYS_FOR_NEW_WORKERS = 30


def give_all(
    session: Session, root: Unit, organizer: Person, *, now: datetime, zone: tzinfo, rules: CreditRules
) -> None:
    """Make and give them; those whose hours do not add up with the courses at hand are left out."""
    today = now.astimezone(zone).date()
    for code, audience in GIVEN:
        made = _made(session, code, root, organizer, now=now, rules=rules)
        if made is not None:
            _give(session, made, Wanted(root, audience, today, due_on=date(today.year, 12, 31)), organizer, now, zone)
    training = _made(session, FOR_NEW_WORKERS, root, organizer, now=now, rules=rules)
    if training is not None:
        wanted = Wanted(root, "workers", today, due_days=DAYS_FOR_NEW_WORKERS)
        _give(session, training, wanted, organizer, now, zone)
        _announce(session, training, root, organizer, now=now, zone=zone, rules=rules)
    ids = session.scalars(select(Person.id).where(Person.merged_into_id.is_(None)))
    programme_progress.settle(session, ids, now=now, zone=zone)


def _made(
    session: Session, code: str, root: Unit, organizer: Person, *, now: datetime, rules: CreditRules
) -> Programme | None:
    template = programme_templates.shipped()[code]
    begun = programme_templates.begun(session, template, lang="zh_Hans", rules=rules)
    if faults(begun.plan, rules):
        return None
    programme = programme_writing.begin(session, organizer, root.id, begun.plan, template=code, now=now)
    programme_writing.publish(session, programme, actor=organizer, now=now, rules=rules)
    return programme


def _give(
    session: Session, programme: Programme, wanted: Wanted, organizer: Person, now: datetime, zone: tzinfo
) -> None:
    programme_assigning.assign(session, programme, wanted, actor=organizer, now=now, zone=zone)


def _announce(
    session: Session,
    programme: Programme,
    root: Unit,
    organizer: Person,
    *,
    now: datetime,
    zone: tzinfo,
    rules: CreditRules,
) -> None:
    """The lecture of the first level, in three days from nine to twelve."""
    part = session.scalars(
        select(ProgrammePart).join(ProgrammeStage, ProgrammeStage.id == ProgrammePart.stage_id)
        .where(ProgrammeStage.programme_id == programme.id, ProgrammePart.kind == PartKind.EVENT)
        .order_by(ProgrammeStage.position, ProgrammePart.position).limit(1)
    ).first()  # fmt: skip
    begins = datetime.combine(now.astimezone(zone).date() + timedelta(days=3), time(9), tzinfo=zone)
    wanted = events.Wanted(
        title="厂级安全教育：集中授课", starts_at=begins, ends_at=begins + timedelta(hours=3), hours=Decimal(4),
        place="科协二楼会议室（虚构）", trainer="安全讲师（虚构）", unit_id=root.id,
        part_id=part.id if part is not None else None,
    )  # fmt: skip
    events.create(session, wanted, actor=organizer, now=now, zone=zone, rules=rules)
