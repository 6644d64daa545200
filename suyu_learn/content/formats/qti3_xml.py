"""The pieces of a QTI 3 item as text: declarations, rules and interactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
SCORE, FEEDBACK, EXPLANATION = "SCORE", "FEEDBACK", "EXPLANATION"
UNIT_CLASS = "suyu-unit"


def attribute(text: str) -> str:
    """A text within quotes; line ends survive."""
    return escape(text).replace("\n", "&#10;")


def declaration(
    name: str, base: str, values: Sequence[str], *, many: str = "single", worths: Iterable[tuple[str, str]] = ()
) -> str:
    """A response declaration with its correct values and what each answer is worth."""
    correct = "".join(f"<qti-value>{escape(value, quote=False)}</qti-value>" for value in values)
    entries = "".join(
        f'<qti-map-entry map-key="{attribute(key)}" mapped-value="{worth}" case-sensitive="false"/>'
        for key, worth in worths
    )
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="{many}" base-type="{base}">'
        + (f"<qti-correct-response>{correct}</qti-correct-response>" if values else "")
        + (f'<qti-mapping default-value="0">{entries}</qti-mapping>' if entries else "")
        + "</qti-response-declaration>"
    )


def outcomes(points: str, *, feedback: bool, by_person: bool) -> str:
    """The outcome declarations of an item."""
    scored = ' external-scored="human"' if by_person else ""
    return (
        f'<qti-outcome-declaration identifier="{SCORE}" cardinality="single" base-type="float" normal-minimum="0" '
        f'normal-maximum="{points}"{scored}><qti-default-value><qti-value>0</qti-value></qti-default-value>'
        '</qti-outcome-declaration><qti-outcome-declaration identifier="MAXSCORE" cardinality="single" '
        f'base-type="float"><qti-default-value><qti-value>{points}</qti-value></qti-default-value>'
        "</qti-outcome-declaration>"
        + (
            f'<qti-outcome-declaration identifier="{FEEDBACK}" cardinality="single" base-type="identifier"/>'
            if feedback
            else ""
        )
    )


def number(value: str) -> str:
    return f'<qti-base-value base-type="float">{value}</qti-base-value>'


def words(value: str) -> str:
    return f'<qti-base-value base-type="string">{escape(value, quote=False)}</qti-base-value>'


def variable(name: str) -> str:
    return f'<qti-variable identifier="{name}"/>'


def add(worth: str) -> str:
    """Add points, as text or as a rule, to the score."""
    return setting(f"<qti-sum>{variable(SCORE)}{worth}</qti-sum>")


def setting(value: str, name: str = SCORE) -> str:
    return f'<qti-set-outcome-value identifier="{name}">{value}</qti-set-outcome-value>'


def when(*branches: tuple[str, str]) -> str:
    """A condition of tests with what follows from each."""
    pieces = [
        f"<qti-response-{'if' if at == 0 else 'else-if'}>{test}{then}</qti-response-{'if' if at == 0 else 'else-if'}>"
        for at, (test, then) in enumerate(branches)
    ]
    return f"<qti-response-condition>{''.join(pieces)}</qti-response-condition>"


def is_correct(name: str) -> str:
    return f'<qti-match>{variable(name)}<qti-correct identifier="{name}"/></qti-match>'


def is_near(name: str, value: str, tolerance: str, *, relative: bool) -> str:
    """Whether a number is equal within its tolerance; of a relative one QTI wants percents."""
    mode = "exact" if tolerance in ("", "0") else "relative" if relative else "absolute"
    limits = "" if mode == "exact" else f' tolerance="{tolerance} {tolerance}"'
    return f'<qti-equal tolerance-mode="{mode}"{limits}>{variable(name)}{number(value)}</qti-equal>'


def simple_choice(identifier: str, html: str) -> str:
    return f'<qti-simple-choice identifier="{identifier}">{html}</qti-simple-choice>'


def associable(identifier: str, html: str, most: int) -> str:
    return (
        f'<qti-simple-associable-choice identifier="{identifier}" match-max="{most}">{html}'
        "</qti-simple-associable-choice>"
    )


def text_entry(name: str) -> str:
    return f'<qti-text-entry-interaction response-identifier="{name}"/>'


def letters(count: int, sign: str) -> list[str]:
    """Identifiers that are names in XML: A1, A2 ..."""
    return [f"{sign}{number}" for number in range(1, count + 1)]
