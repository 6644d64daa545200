"""The parts of a Word document that do not depend on what it says: A4, page numbers, fonts for Chinese and Latin."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import BinaryIO
from xml.sax.saxutils import escape

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MEDIA = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp", "webp": "image/webp"}
TEXT_WIDTH = 9070
"""Of the lines, in twentieths of a point: A4 without 2.5 cm at each side."""


def _style(id_: str, name: str, paragraph: str, run: str = "", *, based: str = "Normal", default: bool = False) -> str:
    on = f'<w:basedOn w:val="{based}"/>' if not default else ""
    return (
        f'<w:style w:type="paragraph"{" w:default=" + chr(34) + "1" + chr(34) if default else ""} w:styleId="{id_}">'
        f'<w:name w:val="{name}"/>{on}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


_HEI = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial"/>'
STYLES = (
    f"{_HEAD}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>'
    '<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="320" w:lineRule="atLeast"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    + _style("Normal", "Normal", "", default=True)
    + _style("Title", "Title", '<w:spacing w:before="0" w:after="240"/><w:jc w:val="center"/>',
             f'{_HEI}<w:b/><w:sz w:val="32"/><w:szCs w:val="32"/>')
    + _style("Heading1", "heading 1", '<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="0"/>',
             f'{_HEI}<w:b/><w:sz w:val="24"/><w:szCs w:val="24"/>')
    + _style("Question", "Question", '<w:keepLines/><w:spacing w:before="100"/><w:ind w:left="420" w:hanging="420"/>')
    + _style("More", "Question More", '<w:ind w:left="420"/>')
    + _style("Options", "Options", '<w:keepLines/><w:ind w:left="420"/>')
    + _style("Answer", "Answer", '<w:ind w:left="420"/>', '<w:color w:val="1F4E79"/>')
    + _style("Footer", "footer", '<w:jc w:val="center"/>', '<w:sz w:val="18"/><w:szCs w:val="18"/>')
    + "</w:styles>"
)  # fmt: skip
_FOOTER = (
    f'{_HEAD}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1418" w:bottom="1304" w:left="1418" w:header="737" w:footer="737" w:gutter="0"/>'
    "</w:sectPr>"
)
_SETTINGS = (
    f'{_HEAD}<w:settings {SPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)


def write_package(stream: BinaryIO, body: str, pictures: Mapping[str, tuple[bytes, str]], *, title: str) -> None:
    """A whole document; `pictures` are by their relation, each with its kind such as `png`."""
    relations = [("rStyles", "styles", "styles.xml"), ("rSettings", "settings", "settings.xml"),
                 ("rFooter", "footer", "footer1.xml")]  # fmt: skip
    relations += [(name, "image", f"media/{name}.{kind}") for name, (_content, kind) in pictures.items()]
    kinds = sorted({kind for _content, kind in pictures.values()})
    parts = {
        "[Content_Types].xml": _types(kinds),
        "_rels/.rels": _relations([("rDocument", "officeDocument", "word/document.xml")], core=True),
        "docProps/core.xml": _core(title),
        "word/document.xml": f"{_HEAD}<w:document {SPACES}><w:body>{body}{_SECTION}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/settings.xml": _SETTINGS,
        "word/footer1.xml": _FOOTER,
        "word/_rels/document.xml.rels": _relations(relations),
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(_entry(name), text.encode())
        for name, (content, kind) in pictures.items():
            archive.writestr(_entry(f"word/media/{name}.{kind}"), content)


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without the time of day, so that the same questions make the same file."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _types(kinds: list[str]) -> str:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    defaults |= {kind: _MEDIA[kind] for kind in kinds}
    overrides = {
        "/word/document.xml": f"{_WORD}.document.main+xml", "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml", "/word/footer1.xml": f"{_WORD}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }  # fmt: skip
    told = "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items())
    told += "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{told}</Types>'


def _relations(given: list[tuple[str, str, str]], *, core: bool = False) -> str:
    told = "".join(f'<Relationship Id="{id_}" Type="{_RELATION}/{kind}" Target="{to}"/>' for id_, kind, to in given)
    if core:
        kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        told += f'<Relationship Id="rCore" Type="{kind}" Target="docProps/core.xml"/>'
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{told}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
