"""What closed sets are called on pages: roles, kinds of units, audiences, fields."""

from __future__ import annotations

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Audience, ChannelKind, Employment, Residence, Role, Schooling, Sex, UnitKind
from suyu_learn.services.people import BUILT_IN_AUDIENCES
from suyu_learn.web.i18n import N_, _

ROLES = {
    Role.ORGANIZER: N_("Organizer"),
    Role.REVIEWER: N_("Reviewer"),
    Role.MARKER: N_("Marker"),
    Role.HR: N_("HR"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
    Role.UNIT_MANAGER: N_("Unit manager"),
    Role.IDENTITY: N_("Reader of identity numbers"),
}
ROLE_DUTIES = {
    Role.ORGANIZER: N_("Organizer: sets up exams and courses"),
    Role.REVIEWER: N_("Reviewer: checks questions before they are used"),
    Role.MARKER: N_("Marker: marks what a person must mark"),
    Role.HR: N_("HR: keeps people, units and records"),
    Role.AUDITOR: N_("Auditor: reads the audit trail"),
    Role.ADMIN: N_("Administrator: may do everything but read identity numbers"),
    Role.UNIT_MANAGER: N_("Unit manager: organizer, HR and marker in one"),
    Role.IDENTITY: N_("Reader of identity numbers: takes them along in full, with a reason"),
}
UNIT_KINDS = {
    UnitKind.CITY: N_("City"),
    UnitKind.TOWN: N_("Town"),
    UnitKind.BUREAU: N_("Bureau"),
    UnitKind.ENTERPRISE: N_("Enterprise"),
    UnitKind.SCHOOL: N_("School"),
    UnitKind.DEPARTMENT: N_("Department"),
    UnitKind.WORKSHOP: N_("Workshop"),
    UnitKind.VILLAGE: N_("Village"),
    UnitKind.OTHER: N_("Other"),
}
AUDIENCES = {
    "officials": N_("Officials"),
    "workers": N_("Workers"),
    "farmers": N_("Farmers"),
    "seniors": N_("Older people"),
    "youth": N_("Young people"),
}
CHANNELS = {
    ChannelKind.WECOM: N_("Group robot of WeCom"),
    ChannelKind.DINGTALK: N_("Group robot of DingTalk"),
    ChannelKind.MAIL: N_("Mail address"),
}
EMPLOYMENTS = {
    Employment.OWN: N_("Own staff"),
    Employment.CONTRACTOR: N_("Contractor"),
    Employment.DISPATCHED: N_("Dispatched worker"),
}
SEXES = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male")}
SCHOOLINGS = {
    Schooling.PRIMARY: N_("Primary school or less"),
    Schooling.LOWER_SECONDARY: N_("Junior middle school"),
    Schooling.UPPER_SECONDARY: N_("Senior middle or vocational school"),
    Schooling.COLLEGE: N_("College"),
    Schooling.BACHELOR: N_("Bachelor or higher"),
}
RESIDENCES = {Residence.TOWN: N_("In town"), Residence.COUNTRY: N_("In the country")}
ATTEMPT_STATES = {
    AttemptState.OPEN: N_("under way"),
    AttemptState.SUBMITTED: N_("handed in"),
    AttemptState.TIMED_OUT: N_("time ran out"),
    AttemptState.VOIDED: N_("void"),
}
FIELDS = {
    "name": N_("name"),
    "staff_number": N_("staff number"),
    "phone": N_("phone"),
    "username": N_("sign-in name"),
    "job": N_("job"),
    "hired_on": N_("day of entry"),
    "birth_year": N_("year of birth"),
    "sex": N_("sex"),
    "schooling": N_("schooling"),
    "residence": N_("lives"),
    "employment": N_("employed as"),
    "audiences": N_("audiences"),
    "title": N_("name"),
    "kind": N_("kind"),
    "place": N_("place"),
    "trainer": N_("who teaches"),
    "starts_at": N_("beginning"),
    "ends_at": N_("end"),
    "hours": N_("hours"),
    "plan": N_("plan"),
    "summary": N_("summary"),
    "part_id": N_("programme"),
    "course_id": N_("course"),
    "exam_id": N_("exam"),
}


def role(one: Role) -> str:
    """What a role is called."""
    return _(ROLES[one])


def audience(one: Audience) -> str:
    """What an audience is called."""
    return audience_name(one.code, one.name)


def audience_name(code: str, name: str) -> str:
    """A built-in audience in the language of the page; the others, and renamed ones, as their organizers call them."""
    return _(AUDIENCES[code]) if BUILT_IN_AUDIENCES.get(code) == name else name
