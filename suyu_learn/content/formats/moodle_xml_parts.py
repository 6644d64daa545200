"""Texts of Moodle XML and the files that stand beside them as base64."""

from __future__ import annotations

import base64
import binascii
import re
from html import escape
from urllib.parse import unquote
from xml.etree.ElementTree import Element, tostring

from suyu_learn.content import pictures
from suyu_learn.content.drafts import MediaDraft
from suyu_learn.content.formats import html_text
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.moodle_texts import FORMATS, NO_TEXT, Said
from suyu_learn.domain.problems import Problem

LARGEST = 16 * 1024 * 1024
"""Bytes of one file within the file, before it is decoded."""
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_DATA = re.compile(r"data:image/[a-z+.-]{1,20};base64,(.*)", re.DOTALL | re.IGNORECASE)


def text_in(element: Element | None) -> str:
    """The text of an element that has one, or of its own."""
    if element is None:
        return ""
    own = element.find("text")
    return (element.text or "") if own is None else _inner(own)


def _inner(element: Element) -> str:
    """All that stands in an element, tags that a careful program would have hidden included: H<sub>2</sub>O."""
    return (element.text or "") + "".join(tostring(part, encoding="unicode") for part in element)


def said_in(element: Element | None) -> Said:
    """The same with the format that it names."""
    if element is None:
        return NO_TEXT
    text_format = FORMATS.get(element.get("format", "moodle"), "moodle")
    text = text_in(element)
    return Said(text.strip() if text_format != "plain" else text.strip("\n\t "), text_format)


def flat(text: str) -> str:
    """A text on one line without its tags, to be shown in a list of faults."""
    if "<" in text or "&" in text:
        try:
            text = html_text.plain_of(text, picture=lambda _source, alt: alt, losses=Losses())
        except Problem:
            text = text[:2000]
    return " ".join(text.split())


class Files:
    """The files of one question, taken where a text names them."""

    def __init__(self, question: Element, losses: Losses) -> None:
        self.losses = losses
        self.media: dict[str, MediaDraft] = {}
        self._found = {file.get("name", ""): file.text or "" for file in question.iter("file") if file.get("name")}
        self._used: set[str] = set()
        old_name, old_content = question.findtext("image"), question.findtext("image_base64")
        self._old = (old_name or "").strip().rpartition("/")[2] if old_content and old_content.strip() else ""
        if self._old and old_content:
            self._found.setdefault(self._old, old_content)

    def picture(self, source: str, alt: str) -> str:
        """The mark of a picture that came along; what it shows where it did not."""
        embedded = _DATA.fullmatch(source)
        name = "" if embedded else unquote(source.partition("?")[0]).rpartition("/")[2]
        content = _decoded(embedded[1] if embedded else self._found.get(name, ""))
        if content is None or (not content.startswith(_MAGIC) and content[8:12] != b"WEBP"):
            self.losses.add("moodle.picture_lost", name=name[:100] or "base64")
            return alt
        self._used.add(name)
        draft = MediaDraft(content, name)
        self.media[draft.sha256] = draft
        return pictures.mark(draft.sha256, alt)

    def with_old_picture(self, stem: Said) -> Said:
        """The stem with the picture that Moodle 1.9 kept beside it."""
        if not self._old:
            return stem
        html = stem.html
        if html is None:
            html = html_text.with_breaks(escape(stem.text, quote=False))
        return Said(f'{html}<p><img src="{escape(self._old)}" alt=""></p>', "html")

    def tell_unused(self) -> None:
        """Sounds, videos and whatever else came along and stands nowhere."""
        for name in self._found:
            if name not in self._used:
                self.losses.add("html.media_lost", name=name[:100])


def _decoded(text: str) -> bytes | None:
    if not text or len(text) > LARGEST:
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
