"""Questions in words: status, dimension, criterion, audience, and what else is known of a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from suyu_learn.models import Dimension, QuestionVersion, Status, TextFormat
from suyu_learn.web import words
from suyu_learn.web.bank_questions import difficulty_name, type_name
from suyu_learn.web.i18n import LANGUAGES, N_, _
from suyu_learn.web.pages.common import Row

STATUSES = {
    Status.DRAFT: N_("Draft"),
    Status.REVIEW: N_("In review"),
    Status.PUBLISHED: N_("Published"),
    Status.RETIRED: N_("Retired"),
}
STATUS_SAYS = {
    Status.DRAFT: N_("The newest version is a draft: no paper draws it yet."),
    Status.REVIEW: N_("The newest version waits for a reviewer: no paper draws it yet."),
    Status.PUBLISHED: N_("Papers draw this question."),
    Status.RETIRED: N_("No paper draws this question any more."),
}
DIMENSIONS = {
    Dimension.KNOWLEDGE: N_("Knowledge"),
    Dimension.METHODS: N_("Methods"),
    Dimension.SPIRIT: N_("Spirit"),
    Dimension.APPLICATION: N_("Application"),
}
CRITERIA = {
    1: N_("The world can be known"),
    2: N_("Thinking in systems"),
    3: N_("The spirit and course of research"),
    4: N_("Being inventive"),
    5: N_("Science, technology and society"),
    6: N_("Living in harmony with nature"),
    7: N_("Sustainable development"),
    8: N_("Telling true from false"),
    9: N_("Methods of finding out"),
    10: N_("Mathematics and logic"),
    11: N_("Physics"),
    12: N_("Chemistry"),
    13: N_("Astronomy"),
    14: N_("Earth and geography"),
    15: N_("Life, its variety and evolution"),
    16: N_("The human body"),
    17: N_("Illnesses and medicines"),
    18: N_("Food and nutrition"),
    19: N_("Safety on the road"),
    20: N_("Electricity, gas and appliances"),
    21: N_("Farming"),
    22: N_("Basic skills of work"),
    23: N_("Safety at work"),
    24: N_("Rescue and first aid"),
    25: N_("Natural disasters"),
    26: N_("Pollution, soil and water"),
}
"""The criteria of science literacy in short words; the number is what packs and tables carry."""
TEXT_FORMATS = {TextFormat.PLAIN: N_("Plain text"), TextFormat.MARKDOWN: N_("Markdown, with formulas between $ signs")}
FOR = "audience:"
"""How a tag begins that says for which audience a question is."""


def status(value: Status) -> str:
    """A status in words."""
    return _(STATUSES[value])


def criterion(number: int | None) -> str:
    """A criterion by its number and name; nothing where a question names none."""
    return f"{number} {_(CRITERIA[number])}" if number in CRITERIA else ""


def dimension(code: object) -> str:
    """A dimension by its name."""
    return next((_(name) for known, name in DIMENSIONS.items() if known == code), str(code))


def criteria() -> list[tuple[str, str]]:
    """All criteria to choose from: the number, and the number with the name."""
    return [(str(number), criterion(number)) for number in CRITERIA]


def version_name(number: int) -> str:
    """What a version is called."""
    return _("Version %(number)s", number=number)


def audiences_in(tags: Iterable[str]) -> list[str]:
    """The codes of the audiences that tags name."""
    return [tag.removeprefix(FOR) for tag in tags if tag.startswith(FOR)]


def audience_name(code: str, known: dict[str, str] | None = None) -> str:
    """An audience in words; those that organizers added by the name they have."""
    return _(words.AUDIENCES[code]) if code in words.AUDIENCES else (known or {}).get(code, code)


def labels(found: Iterable[str]) -> list[str]:
    """Topics and tags as they are shown; what names an audience, in words."""
    return [audience_name(one.removeprefix(FOR)) if one.startswith(FOR) else one for one in found]


def facts(version: QuestionVersion, topics: Sequence[str], tags: Sequence[str], audiences: dict[str, str],
          origin: str, uid: str) -> tuple[Row, ...]:  # fmt: skip
    """All that is known of a version, without what is empty."""
    plain = [tag for tag in tags if not tag.startswith(FOR)]
    told = (
        (_("Type"), type_name(version.type)),
        (_("Difficulty, as the author sees it"), difficulty_name(version.difficulty.value)),
        (_("Topics"), _("; ").join(topics)),
        (_("Criterion"), criterion(version.criterion)),
        (_("Dimension"), _(DIMENSIONS[version.dimension]) if version.dimension else ""),
        (_("Audiences"), _(", ").join(audience_name(code, audiences) for code in audiences_in(tags))),
        (_("Tags"), _(", ").join(plain)),
        (_("Source"), version.source),
        (_("Suggested points"), version.points or ""),
        (_("Language"), LANGUAGES.get(version.lang, version.lang)),
        (_("Text"), _(TEXT_FORMATS[version.text_format])),
        (_("Came with"), origin),
        (_("Identifier"), uid),
    )
    return tuple(Row(label, value) for label, value in told if value)
