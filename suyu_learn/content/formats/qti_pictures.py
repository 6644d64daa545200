"""The pictures that the texts of a QTI file name: found in its package, marked in the text, or told as missing."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats.html_text import Picture
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.packages import Package
from suyu_learn.content.pictures import mark
from suyu_learn.domain.problems import Place, Problem

LARGEST = 16 * 1024 * 1024
_CANVAS = re.compile(r"^\$?(IMS[-_]CC[-_]FILE[-_]?BASE)\$?/?", re.IGNORECASE)
_KINDS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_CANVAS_FOLDERS = ("", "web_resources/", "Uploaded Media/")


class Pictures:
    """What was found so far, each picture once, and what was not."""

    def __init__(self, package: Package | None, losses: Losses) -> None:
        self.warnings: list[Problem] = []
        self.media: dict[str, MediaDraft] = {}
        self._package = package
        self._losses = losses

    def of(self, file: str, place: Place) -> Picture:
        """What marks the pictures of a text that stands in `file` of the package."""

        def picture(source: str, alt: str) -> str:
            return self._picture(source.strip(), alt.strip(), file, place)

        return picture

    def _picture(self, source: str, alt: str, file: str, place: Place) -> str:
        name = source.rpartition("/")[2][:100]
        if source.startswith("data:"):
            content, name = _embedded(source), ""
        elif re.match(r"https?:|//", source):
            self._losses.add("qti.picture_elsewhere", name=source[:100])
            return alt
        else:
            content = self._inside(source, file) if source else None
        if content is None:
            self.warnings.append(Problem("qti.picture_missing", place=place, name=name or "-"))
            return alt or name
        if not (content.startswith(_KINDS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")):
            self._losses.add("qti.picture_kind", name=name)
            return alt
        found = MediaDraft(content, name)
        self.media.setdefault(found.sha256, found)
        return mark(found.sha256, alt)

    def _inside(self, source: str, file: str) -> bytes | None:
        if self._package is None:
            return None
        bare, canvas = _CANVAS.subn("", unquote(source).split("?")[0])
        tries = [(f"{folder}{bare}", "") for folder in _CANVAS_FOLDERS] if canvas else [(source, file), (source, "")]
        for href, base in tries:
            name = self._package.find(href, base=base) or self._package.ending_in(bare)
            if name is not None:
                try:
                    return self._package.read(name, most=LARGEST)
                except Problem as problem:
                    if problem.code in ("package.entry_broken", "package.entry_too_large"):
                        return None
                    raise
        return None


def _embedded(source: str) -> bytes | None:
    head, _comma, data = source.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(unquote(data), validate=False)
    except (binascii.Error, ValueError):
        return None
