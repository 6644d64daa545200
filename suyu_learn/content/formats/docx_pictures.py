"""The pictures of a Word document, and the objects that look like pictures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from suyu_learn.content import pictures
from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats.docx_inlays import Inlays
from suyu_learn.content.formats.docx_package import Package, Relation, child, local, value
from suyu_learn.domain.problems import Problem

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"RIFF", "webp"),
    (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"),
)  # fmt: skip
_NO_ALT = ("图片", "picture", "image", "图像", "descript", "img", "截图")
_OBJECTS = {"chart": "chart", "relIds": "SmartArt", "contentPart": "ink"}


class Pictures:
    """Takes pictures out of the document as the lines come to them; each is kept once."""

    def __init__(self, package: Package, relations: dict[str, Relation], inlays: Inlays) -> None:
        self.package = package
        self.relations = relations
        self.inlays = inlays
        self.media: dict[str, MediaDraft] = {}
        self._by_part: dict[str, MediaDraft] = {}

    def of(self, element: Element, losses: list[Problem]) -> str:
        """What stands in the text for a drawing: its pictures; what cannot be kept is told."""
        told = ""
        alt = _alt(element)
        objects = [name for inner in element.iter() if (name := _object(inner))]
        if objects:
            losses.append(Problem("docx.object", kind=objects[0]))
            return ""
        for reference, own in _references(element):
            told += self._one(reference, own or alt, losses)
        return told

    def _one(self, reference: str, alt: str, losses: list[Problem]) -> str:
        relation = self.relations.get(reference)
        if relation is None or relation.outside or not self.package.has(relation.target):
            losses.append(Problem("docx.picture_missing"))
            return ""
        picture = self._by_part.get(relation.target)
        if picture is None:
            content = self.package.raw(relation.target)
            kind = next((name for start, name in _STARTS if content.startswith(start)), "")
            if not kind:
                ending = relation.target.rpartition(".")[2][:8]
                losses.append(Problem("docx.picture_kind", kind=ending))
                return ""
            picture = MediaDraft(content, relation.target.rpartition("/")[2])
            self._by_part[relation.target] = picture
        self.media[picture.sha256] = picture
        return self.inlays.picture(pictures.mark(picture.sha256, alt), alt)


def _alt(element: Element) -> str:
    """What the author says the picture shows; the names that programs give by themselves say nothing."""
    for inner in element.iter():
        if local(inner.tag) in ("docPr", "cNvPr", "shape", "rect"):
            said = (value(inner, "descr") or value(inner, "alt") or "").strip()
            if said and not said.lower().startswith(_NO_ALT):
                return said
    return ""


def _references(element: Element) -> Iterator[tuple[str, str]]:
    for inner in element.iter():
        name = local(inner.tag)
        if name == "pic":
            yield from _blips(inner)
        elif name == "imagedata" and (found := value(inner, "id") or value(inner, "embed")):
            yield found, ""


def _blips(picture: Element) -> Iterator[tuple[str, str]]:
    shown = child(picture, "nvPicPr", "cNvPr")
    said = (value(shown, "descr") or "").strip()
    for inner in picture.iter():
        if local(inner.tag) == "blip" and (found := value(inner, "embed") or value(inner, "link")):
            yield found, "" if said.lower().startswith(_NO_ALT) else said


def _object(element: Element) -> str:
    name = local(element.tag)
    if name == "OLEObject":
        return value(element, "ProgID") or "OLE"
    return _OBJECTS.get(name, "") if name in _OBJECTS else ""
