"""QTI items and packages for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.qti import Qti
from suyu_learn.domain import questions

TYPES = {one.code: one for one in questions.BUILT_IN}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def read(content: bytes | str, name: str = "q.xml") -> BankFile:
    """The questions of a file, as an import reads them."""
    raw = content if isinstance(content, bytes) else content.encode()
    return Qti().read(raw, file_name=name, options={"uid_prefix": "q", "lang": "zh_Hans"}, types=TYPES)


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A package of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def item(body: str, *declarations: str, rules: str = MATCH, after: str = "", attributes: str = "") -> str:
    """One item of version 2.1."""
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="i1" adaptive="false" '
        f'timeDependent="false" {attributes}>{"".join(declarations)}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{rules}{after}</assessmentItem>"
    )


def response(
    *values: str, base: str = "identifier", many: str = "single", name: str = "RESPONSE", more: str = ""
) -> str:
    """A response declaration with its correct values."""
    correct = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{many}" baseType="{base}">'
        + (f"<correctResponse>{correct}</correctResponse>" if values else "")
        + f"{more}</responseDeclaration>"
    )


def choice(*texts: str, most: int = 1, prompt: str = "Which?", name: str = "RESPONSE") -> str:
    """A choice interaction whose options are called A, B, C ..."""
    options = "".join(f'<simpleChoice identifier="{chr(65 + n)}">{text}</simpleChoice>' for n, text in enumerate(texts))
    return (
        f'<choiceInteraction responseIdentifier="{name}" maxChoices="{most}">'
        f"<prompt>{prompt}</prompt>{options}</choiceInteraction>"
    )


def manifest(*resources: tuple[str, str]) -> str:
    """A manifest of (type, href)."""
    inside = "".join(
        f'<resource identifier="r{n}" type="{kind}" href="{href}"><file href="{href}"/></resource>'
        for n, (kind, href) in enumerate(resources)
    )
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{inside}</resources></manifest>'
