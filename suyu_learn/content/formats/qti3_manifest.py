"""The manifest and the test of a QTI 3 package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import qti3_xml as xml
from suyu_learn.content.formats.qti3_items import lang_tag
from suyu_learn.content.formats.qti_metadata import OWN

_PACKAGING = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_PACKAGING_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_LOM_SCHEMA = "https://purl.imsglobal.org/spec/md/v1p3/schema/xsd/imsmd_loose_v1p3p2.xsd"
_DIFFICULTIES = {"easy": "easy", "medium": "medium", "hard": "difficult"}


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of the package as the manifest names it."""

    identifier: str
    kind: str
    href: str
    metadata: str = ""
    needs: Sequence[str] = field(default_factory=tuple)


def manifest(resources: Iterable[Resource]) -> str:
    """The file `imsmanifest.xml`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{_PACKAGING}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{_PACKAGING} {_PACKAGING_SCHEMA} {_LOM} {_LOM_SCHEMA}" identifier="manifest">'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/>"
        f"<resources>{''.join(map(_resource, resources))}</resources></manifest>\n"
    )


def assessment_test(title: str, items: Sequence[tuple[str, str]]) -> str:
    """The file of the one test, which asks the items (identifier, href) in their order."""
    refs = "".join(f'<qti-assessment-item-ref identifier="{name}" href="{href}"/>' for name, href in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<qti-assessment-test xmlns="{xml.NAMESPACE}" identifier="test" '
        f'title="{xml.attribute(title)}"><qti-test-part identifier="part" navigation-mode="nonlinear" '
        'submission-mode="simultaneous"><qti-assessment-section identifier="section" '
        f'title="{xml.attribute(title)}" visible="true">{refs}</qti-assessment-section></qti-test-part>'
        "</qti-assessment-test>\n"
    )


def metadata(draft: QuestionDraft) -> str:
    """What a question says beside itself, as learning object metadata."""
    lang = lang_tag(draft.lang)
    keywords = "".join(f"<keyword>{_string(tag, lang)}</keyword>" for tag in draft.tags)
    own = {
        "type": draft.type, "text_format": draft.text_format, "lang": draft.lang, "points": draft.points or "",
        "criterion": str(draft.criterion or ""), "dimension": draft.dimension or "", "source": draft.source,
    }  # fmt: skip
    paths = [(name, value) for name, value in own.items() if value or name == "points"]
    paths += [("topic", topic) for topic in draft.topics]
    taxons = "".join(_taxon_path(name, value, lang) for name, value in paths)
    return (
        f'<lom xmlns="{_LOM}"><general><language>{lang}</language>{keywords}</general><educational><difficulty>'
        f"<source>LOMv1.0</source><value>{_DIFFICULTIES.get(draft.difficulty, 'medium')}</value></difficulty>"
        "</educational><classification><purpose><source>LOMv1.0</source><value>discipline</value></purpose>"
        f"{taxons}</classification></lom>"
    )


def _taxon_path(name: str, value: str, lang: str) -> str:
    return (
        f"<taxonPath><source>{_string(OWN + name, 'x-none')}</source><taxon><entry>{_string(value, lang)}</entry>"
        "</taxon></taxonPath>"
    )


def _string(text: str, lang: str) -> str:
    return f'<string language="{lang}">{escape(text, quote=False)}</string>'


def _resource(one: Resource) -> str:
    needs = "".join(f'<dependency identifierref="{name}"/>' for name in one.needs)
    about = f"<metadata>{one.metadata}</metadata>" if one.metadata else ""
    return (
        f'<resource identifier="{one.identifier}" type="{one.kind}" href="{one.href}">{about}'
        f'<file href="{one.href}"/>{needs}</resource>'
    )
