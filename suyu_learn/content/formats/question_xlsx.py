"""A bank as a workbook in the form of the template, so that it comes back in unchanged."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.question_cells import CARRIED, PICTURED, cells_of, same_question
from suyu_learn.content.formats.question_tables import read_tables
from suyu_learn.content.formats.question_template import EXPLANATIONS, TYPE_NAMES, WIDTHS
from suyu_learn.content.formats.sheets import Sheet, clean_cell
from suyu_learn.content.normalise.options import LETTERS
from suyu_learn.domain import questions as question_types
from suyu_learn.domain.problems import Problem

Media = Callable[[str], tuple[bytes, str]]

LONGEST_CELL = 32_767
SHEET = "题库"
_USUAL = (
    "题型", "题干", *(f"选项{letter}" for letter in "ABCDEF"), "正确答案", "解析", "难度", "知识点", "分值", "来源",
)  # fmt: skip
_MORE = (
    "关键词", "误差", "单位", "匹配项", "题组", "顺序不限", "标签", "科学素质基准", "科学素质维度", "语言", "格式",
)  # fmt: skip
_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/bmp"}
_PLACEHOLDER = re.compile(r"[\[【]图\d{1,2}[\]】]")
_SIDE = 160


class XlsxWriter:
    """The template's form, with more columns where the questions need them."""

    code: str = "xlsx"
    suffix: str = ".xlsx"
    mime: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    label: str = "Excel workbook"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What the columns cannot carry, and which questions would come back otherwise than they are."""
        losses = Losses()
        sheet = _sheet_of(questions)
        again = _read_again(sheet)
        for draft, row in zip(sheet.drafts, range(2, len(sheet.drafts) + 2), strict=True):
            told = _tell(draft, losses)
            back = again.get(row)
            if not told and (back is None or not same_question(draft, back)):
                losses.add("xlsx.comes_back_changed")
        for draft in questions:
            if draft.type not in CARRIED:
                losses.add("xlsx.type_not_written", type=draft.type)
        return losses.told()

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str, media: Media,
        options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Write the workbook."""
        import xlsxwriter

        settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                    "strings_to_numbers": False}  # fmt: skip
        written = io.BytesIO()
        with xlsxwriter.Workbook(written, settings) as book:
            book.set_properties({"title": title})
            head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4EEE7", "valign": "top"})
            text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
            sheet = _sheet_of(questions)
            page = book.add_worksheet(SHEET)
            for place, name in enumerate(sheet.headings):
                page.set_column(place, place, WIDTHS.get(name, 14), text)
                page.write_string(0, place, name, head)
            page.freeze_panes(1, 0)
            page.data_validation(1, 0, 19_999, 0, {"validate": "list", "source": list(TYPE_NAMES.values()),
                                                   "error_type": "warning"})  # fmt: skip
            for number, cells in enumerate(sheet.rows, start=1):
                for place, cell in enumerate(cells):
                    if cell:
                        _write_cell(page, number, place, cell, text, media)
            notes = book.add_worksheet("填写说明")
            notes.set_column(0, 0, 20, text)
            notes.set_column(1, 1, 90, text)
            for number, told in enumerate((("列", "怎么填"), *EXPLANATIONS)):
                for place, cell in enumerate(told):
                    notes.write_string(number, place, cell, text if number else head)
        stream.write(written.getvalue())


@dataclass(slots=True)
class _Written:
    """The questions that can be written, as rows under headings; texts still name their pictures."""

    drafts: list[QuestionDraft] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def _sheet_of(questions: Sequence[QuestionDraft]) -> _Written:
    drafts = [draft for draft in questions if draft.type in CARRIED]
    groups = {draft.uid: str(number) for number, draft in enumerate((d for d in drafts if d.type == "group"), start=1)}
    said = [cells_of(draft, groups) for draft in drafts]
    used = {name for cells in said for name, cell in cells.items() if cell}
    more_options = [f"选项{letter}" for letter in LETTERS[6:] if f"选项{letter}" in used]
    headings = [*_USUAL[:8], *more_options, *_USUAL[8:], *(name for name in _MORE if name in used)]
    return _Written(drafts, headings, [[cells.get(name, "") for name in headings] for cells in said])


def _read_again(sheet: _Written) -> dict[int, QuestionDraft]:
    """What reading makes of the rows, by row."""
    types = {kind.code: kind for kind in question_types.BUILT_IN}
    rows = tuple(tuple(map(clean_cell, row)) for row in (sheet.headings, *sheet.rows))
    try:
        read = read_tables([Sheet(SHEET, rows)], file_name="", uid_prefix="again", types=types)
    except Problem:
        return {}
    groups = {draft.uid: draft for draft in read.items if draft.type == "group"}
    return {
        draft.place.row: draft for draft in read.items
        if draft.place.row and (not draft.group or draft.group in groups)
    }  # fmt: skip


def _tell(draft: QuestionDraft, losses: Losses) -> bool:
    """Note what is known to have no place; answers whether that changes the question itself."""
    body = draft.body
    changed = False
    if draft.translations:
        losses.add("xlsx.translations_not_written")
        changed = True
    if draft.type == "numeric" and any(answer["credit"] != "1" for answer in body["answers"]):
        losses.add("xlsx.credit_not_written")
        changed = True
    if draft.type == "cloze" and any(gap.get("weight", "1") != "1" for gap in body["gaps"]):
        losses.add("xlsx.weights_not_written")
        changed = True
    inside = set(pictures.named_in(body))
    kept = {sha256 for name in PICTURED for sha256 in _named(cells_of(draft, {draft.group: "1"}).get(name, ""))}
    if inside - kept:
        losses.add("xlsx.pictures_not_written", count=len(inside - kept))
        changed = True
    return changed


def _named(text: str) -> list[str]:
    return [sha256 for _alt, sha256 in pictures.MARK.findall(text)]


def _write_cell(page: Any, number: int, place: int, cell: str, look: Any, media: Media) -> None:
    shown: list[tuple[bytes, str]] = []
    plain = _PLACEHOLDER.search(pictures.without(cell)) is None

    def put(found: re.Match[str]) -> str:
        try:
            content, mime = media(found[2])
        except (KeyError, LookupError, OSError, Problem):
            return found[1]
        if mime not in _SHOWN:
            return found[1]
        shown.append((content, found[1]))
        return f"【图{len(shown)}】" if plain else ""

    text = pictures.MARK.sub(put, cell) if pictures.SCHEME in cell else cell
    page.write_string(number, place, text[:LONGEST_CELL], look)
    for at, (content, alt) in enumerate(shown):
        settings: dict[str, Any] = {"image_data": io.BytesIO(content), "x_offset": 4 + 24 * at, "y_offset": 4,
                                    "object_position": 1, **_scale(content)}  # fmt: skip
        settings |= {"description": alt} if alt else {"decorative": True}
        page.insert_image(number, place, f"picture{at}", settings)


def _scale(content: bytes) -> dict[str, float]:
    """How much smaller a picture must be to lie over its cell."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as image:
            longest = max(image.size)
    except (OSError, ValueError, Image.DecompressionBombError):
        return {}
    scale = min(1.0, _SIDE / longest)
    return {"x_scale": scale, "y_scale": scale}


WRITERS = (XlsxWriter(),)
