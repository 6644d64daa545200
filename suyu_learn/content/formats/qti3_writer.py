"""A bank as a QTI 3 package: items, shared passages, pictures, one test, and metadata that come back in."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti3_items import WRITABLE, item, passage
from suyu_learn.content.formats.qti3_manifest import Resource, assessment_test, manifest, metadata
from suyu_learn.content.pictures import named_in, without
from suyu_learn.domain.problems import Problem

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
LONGEST_TITLE = 80
Media = Callable[[str], tuple[bytes, str]]


class QtiWriter:
    """A QTI 3.0 package."""

    code: str = "qti3"
    suffix: str = ".zip"
    mime: str = "application/zip"
    label: str = "QTI 3.0 package"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What QTI has no place for."""
        losses = Losses()
        for draft in questions:
            _tell(draft, losses)
        return losses.told()

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str, media: Media,
        options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Write the package."""
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            _Writing(archive, media).package([draft for draft in questions if draft.type in WRITABLE], title)


def _tell(draft: QuestionDraft, losses: Losses) -> None:
    if draft.type not in WRITABLE:
        losses.add("qti.type_not_written", type=draft.type)
    if draft.type == "short_answer" and draft.body.get("keywords"):
        losses.add("qti.keywords_not_written")
    if draft.type == "cloze" and any(gap.get("weight", "1") != "1" for gap in draft.body["gaps"]):
        losses.add("qti.weights_not_written")
    if draft.type == "group" and draft.body.get("explanation"):
        losses.add("qti.passage_explanation_not_written")
    if draft.translations:
        losses.add("qti.translations_not_written")


class _Writing:
    """One package being written."""

    def __init__(self, archive: zipfile.ZipFile, media: Media) -> None:
        self._archive = archive
        self._media = media
        self._pictures: dict[str, str] = {}
        self._resources: list[Resource] = []
        self._items: list[tuple[str, str]] = []
        self._passages: dict[str, str] = {}

    def package(self, questions: Sequence[QuestionDraft], title: str) -> None:
        for number, draft in enumerate(questions, start=1):
            if draft.type == "group":
                self._passage(draft, f"passage-{number:05d}")
            else:
                self._item(draft, f"item-{number:05d}")
        test = Resource("test", "imsqti_test_xmlv3p0", "assessment.xml", needs=[name for name, _href in self._items])
        self._put("assessment.xml", assessment_test(title or "QTI", self._items))
        self._put("imsmanifest.xml", manifest([test, *self._resources]))

    def _passage(self, draft: QuestionDraft, name: str) -> None:
        self._passages[draft.uid] = name
        needs = self._needs(draft)
        text = passage(draft, identifier=name, title=_title(draft), address=self._address)
        self._put(f"passages/{name}.xml", text)
        about = metadata(draft)
        self._resources.append(Resource(name, "imsqti_stimulus_xmlv3p0", f"passages/{name}.xml", about, needs))

    def _item(self, draft: QuestionDraft, name: str) -> None:
        group = self._passages.get(draft.group, "")
        needs = self._needs(draft) + ([group] if group else [])
        stimulus = f"../passages/{group}.xml" if group else ""
        text = item(draft, identifier=name, title=_title(draft), address=self._address, stimulus=stimulus)
        self._put(f"items/{name}.xml", text)
        self._items.append((name, f"items/{name}.xml"))
        about = metadata(draft)
        self._resources.append(Resource(name, "imsqti_item_xmlv3p0", f"items/{name}.xml", about, needs))

    def _needs(self, draft: QuestionDraft) -> list[str]:
        """The resources of a question's pictures, each of them packed once."""
        names = []
        for sha256 in named_in(draft.body):
            if sha256 not in self._pictures:
                self._pictures[sha256] = self._picture(sha256)
            if self._pictures[sha256]:
                names.append(f"media-{sha256[:16]}")
        return names

    def _picture(self, sha256: str) -> str:
        try:
            content, mime = self._media(sha256)
        except (KeyError, LookupError, OSError, Problem):
            return ""
        href = f"media/{sha256[:16]}.{_ENDINGS.get(mime, 'bin')}"
        self._archive.writestr(zipfile.ZipInfo(href, _EPOCH), content)
        self._resources.append(Resource(f"media-{sha256[:16]}", "webcontent", href))
        return f"../{href}"

    def _address(self, sha256: str) -> str:
        return self._pictures.get(sha256, "")

    def _put(self, name: str, text: str) -> None:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, text.encode("utf-8", errors="replace"))


def _title(draft: QuestionDraft) -> str:
    words = " ".join(without(draft.body.get("stem", "")).split())
    return "".join(character for character in words if character.isprintable())[:LONGEST_TITLE] or draft.type


WRITERS = (QtiWriter(),)
