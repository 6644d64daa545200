"""What is printed of one variant of a paper: the paper itself, its key, and the sheet for the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from suyu_learn.content.formats.docx_numbering import counted
from suyu_learn.domain.papers.arrange import Slot
from suyu_learn.domain.papers.specification import GROUP
from suyu_learn.exports.documents import (
    PAGE,
    PAGES,
    Block,
    Columns,
    Document,
    Inlines,
    Kind,
    Lines,
    Paragraph,
    Table,
    Words,
)
from suyu_learn.models import Exam
from suyu_learn.services import corrected_keys
from suyu_learn.services.paper_prints import Variant
from suyu_learn.services.printed_texts import Texts
from suyu_learn.services.versions import Asked
from suyu_learn.web import paper_questions
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import HTML_LANG, _, dated_time, language, listed, ngettext, number
from suyu_learn.web.paper_questions import INDENT, RIGHT, WRONG, Printing
from suyu_learn.web.printing import LETTERS, type_name

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ANSWERS_A_ROW = 10
_CHOICES = ("single", "multiple", "true_false")


@dataclass(frozen=True, slots=True)
class Sheets:
    """One variant with all that its sheets need."""

    exam: Exam
    variant: Variant
    asked: Mapping[int, Asked]
    texts: Texts
    keys: Mapping[int, Asked]
    """Of the versions on the paper, those whose key was corrected since, with the version whose key counts."""

    @property
    def named(self) -> str:
        """By which a sheet is told from those of other papers: the exam's code and the variant's letter."""
        return _("Paper %(code)s", code=f"{self.exam.code}-{self.variant.code}")

    def printing(self, slot: Slot) -> Printing:
        """One of its questions."""
        return Printing(slot, self.asked[slot.version_id], self.texts)

    def sections(self) -> Iterator[tuple[str, list[Slot]]]:
        """The questions by type, those of passages in a section of their own."""
        code = lambda slot: self.asked[slot.version_id].type.code if slot.group is None else GROUP  # noqa: E731
        for kind, members in groupby(self.variant.slots, key=code):
            yield kind, list(members)


def sheets(exam: Exam, chosen: Sequence[Variant]) -> list[Sheets]:
    """Variants with their questions read; they share pictures and formulas."""
    slots = [slot for variant in chosen for slot in variant.slots]
    wanted = {number for slot in slots for number in (slot.version_id, slot.group) if number is not None}
    asked = learn().versions.many(session(), wanted)
    corrected = corrected_keys.of_exam(session(), exam.id, wanted)
    newer = learn().versions.many(session(), {one.version_id for one in corrected.values()})
    keys = {number: newer[one.version_id] for number, one in corrected.items()
            if _has_all(newer[one.version_id], asked[number])}  # fmt: skip
    every = [*asked.values(), *keys.values()]
    texts = Texts(session(), learn().media_folder, [one.type.write(one.content) for one in every])
    return [Sheets(exam, variant, asked, texts, keys) for variant in chosen]


def _has_all(newer: Asked, printed: Asked) -> bool:
    """Whether a version has every option that stands on the paper."""
    there, on_paper = ({choice.key for choice in one.type.choices(one.content)} for one in (newer, printed))
    return on_paper <= there


def paper(of: Sheets, *, space: bool = True) -> Document:
    """What is handed out; with `space` there is room to answer on it. It has nothing of the key."""
    blocks = [*_head(of, ""), *_score_table(of)]
    for place, (kind, slots) in enumerate(of.sections(), start=1):
        each = {slot.points for slot in slots}
        blocks.append(_heading(place, kind, slots))
        told = None
        for slot in slots:
            if slot.group is not None and slot.group != told:
                told = slot.group
                passage = of.asked[slot.group]
                blocks += of.texts.blocks(passage.stem, passage.text_format, indent=0)
            points = _("(%(points)s points) ", points=number(slot.points)) if len(each) > 1 else ""
            blocks += paper_questions.question(of.printing(slot), points=points, space=space)
    return _document(of, of.exam.title, blocks, head=f"{of.exam.title} · {of.named}")


def key(of: Sheets) -> Document:
    """What is right, by the letters of this paper, with explanations; only for those who mark."""
    secret = _("Confidential: answers")
    blocks = [Paragraph((Words(secret),), Kind.MARK), *_head(of, _("Answers and explanations"), names=False)]
    if late := [str(slot.number) for slot in of.variant.slots if slot.version_id in of.keys]:
        said = _("Corrected after the paper was made, and printed here as it counts now: question %(numbers)s.",
                 numbers=listed(late))  # fmt: skip
        blocks.append(Paragraph((Words(said),), Kind.MARK))
    of = replace(of, asked={**of.asked, **of.keys})
    for place, (kind, slots) in enumerate(of.sections(), start=1):
        blocks.append(_heading(place, kind, slots))
        if kind in _CHOICES:
            blocks += _answers_at_a_glance(of, slots)
        for slot in slots:
            blocks += _explained(of.printing(slot), brief=kind in _CHOICES)
    return _document(of, _("%(title)s, answers", title=of.exam.title), blocks,
                     head=f"{of.exam.title} · {secret} · {of.named}")  # fmt: skip


def answer_sheet(of: Sheets) -> Document:
    """Where the answers are written; every question has its place."""
    blocks = _head(of, _("Answer sheet"))
    blocks.append(
        Paragraph((Words(_("Cross out the letter of your answer. To change it, circle the crossed letter.")),),
                  Kind.SMALL, before=1)
    )  # fmt: skip
    for place, (kind, slots) in enumerate(of.sections(), start=1):
        blocks.append(_heading(place, kind, slots))
        for boxed, some in groupby(slots, key=lambda slot: of.asked[slot.version_id].type.code in _CHOICES):
            those = [of.printing(slot) for slot in some]
            blocks += _boxes(those) if boxed else [block for one in those for block in _place_for(one)]
    name = f"{_('Name')} {'_' * 12}"
    return _document(of, _("%(title)s, answer sheet", title=of.exam.title), blocks,
                     head=f"{of.exam.title} · {of.named}    {name}")  # fmt: skip


def _document(of: Sheets, title: str, blocks: Sequence[Block], *, head: str) -> Document:
    return document(title, blocks, head=head, foot_before=of.named)


def document(title: str, blocks: Sequence[Block], *, head: str = "", foot_before: str = "") -> Document:
    """Blocks with numbered pages, in the language of the page."""
    pages = _("Page %(page)s of %(pages)s", page=PAGE, pages=PAGES)
    return Document(
        title, tuple(blocks), head=head, foot=f"{foot_before}    {pages}" if foot_before else pages,
        lang=HTML_LANG[language()],
        unknown_signs=_("Signs that the font of this file lacks stand as {mark}: {signs}. A Word file can show them."),
    )  # fmt: skip


def window(exam: Exam) -> str:
    """From when until when, with the year, as paper says it; empty where there are no times."""
    opens, closes = dated_time(exam.opens_at), dated_time(exam.closes_at)
    if opens and closes:
        return _("%(opens)s to %(closes)s", opens=opens, closes=closes)
    if closes:
        return _("until %(closes)s", closes=closes)
    return _("from %(opens)s", opens=opens) if opens else ""


def _head(of: Sheets, what: str, *, names: bool = True) -> list[Block]:
    exam = of.exam
    full = of.variant.points
    facts = [
        ngettext("%(num)s minute", "%(num)s minutes", exam.minutes),
        _("%(points)s points in all", points=number(full)),
        _("pass mark %(points)s", points=number(exam.pass_share * full)),
        window(exam),
    ]
    blocks: list[Block] = [Paragraph((Words(exam.title),), Kind.TITLE)]
    if what:
        blocks.append(Paragraph((Words(what, bold=True),), Kind.SUBTITLE))
    blocks.append(Paragraph((Words("    ".join([of.named, *(one for one in facts if one)])),), Kind.SUBTITLE, before=1))
    if names:
        blocks.append(Paragraph((Words(_name_lines()),), Kind.SUBTITLE, before=3))
    return blocks


def _name_lines() -> str:
    lines = ((_("Name"), 12), (_("Staff number"), 12), (_("Unit"), 22))
    return "    ".join(f"{label} {'_' * length}" for label, length in lines)


def _score_table(of: Sheets) -> list[Block]:
    """Where who marks by hand writes the points of each section."""
    names = [_numeral(place) for place, _section in enumerate(of.sections(), start=1)]
    if len(names) > 12:
        return []
    head = (_("Section"), *names, _("Total"), _("Marked by"))
    empty: tuple[Inlines, ...] = ((Words(_("Points earned")),), *[()] * (len(head) - 1))
    widths = (2.0, *[1.4] * len(names), 1.8, 2.4)
    return [Table(widths, (empty,), head, row_height=8, before=3, centred=frozenset(range(len(head))))]


def _heading(place: int, kind: str, slots: Sequence[Slot]) -> Block:
    each = {slot.points for slot in slots}
    total = sum(slot.points for slot in slots)
    values = {
        "number": _numeral(place), "name": type_name(kind), "total": number(total),
        "questions": ngettext("%(num)s question", "%(num)s questions", len(slots)),
    }  # fmt: skip
    if len(each) == 1:
        said = _("%(number)s. %(name)s (%(questions)s of %(each)s points, %(total)s in all)",
                 each=number(each.pop()), **values)  # fmt: skip
    else:
        said = _("%(number)s. %(name)s (%(questions)s, %(total)s points in all)", **values)
    return Paragraph((Words(said),), Kind.HEADING, before=4)


def _numeral(place: int) -> str:
    """The number of a section: 一, 二, 三 in Chinese, I, II, III else."""
    if language() == "zh_Hans":
        return counted(place, "chineseCounting")
    told = ""
    for value, sign in _ROMAN:
        while place >= value:
            told, place = told + sign, place - value
    return told


def _answers_at_a_glance(of: Sheets, slots: Sequence[Slot]) -> list[Block]:
    rows: list[tuple[Inlines, ...]] = []
    for start in range(0, len(slots), _ANSWERS_A_ROW):
        some = slots[start : start + _ANSWERS_A_ROW]
        rest: list[Inlines] = [()] * (_ANSWERS_A_ROW - len(some))
        right = [paper_questions.right_answer(of.printing(slot)) for slot in some]
        rows.append((*((Words(str(slot.number)),) for slot in some), *rest))
        rows.append((*((Words(said, bold=True),) for said in right), *rest))
    return [Table((1.0,) * _ANSWERS_A_ROW, tuple(rows), centred=frozenset(range(_ANSWERS_A_ROW)), before=1)]


def _explained(one: Printing, *, brief: bool) -> list[Block]:
    """What is right in a question and why; `brief` leaves out what has no explanation, since a table has its key."""
    explained = one.texts.blocks(one.asked.explanation, one.asked.text_format, indent=INDENT)
    if brief and not explained:
        return []
    said = paper_questions.right_answer(one)
    answer: Inlines = (Words(said, bold=True),) if one.asked.type.marked_by_machine(one.asked.content) else (
        one.inlines(said)
    )  # fmt: skip
    if not answer:
        answer = (Words(_("A person marks this question.")),)
    blocks: list[Block] = [Paragraph((Words(f"{one.slot.number}. "), *answer), hanging=INDENT, before=1.2,
                                     with_next=bool(explained))]  # fmt: skip
    for point in one.asked.type.rubric(one.asked.content):
        worth = _("%(points)s points", points=number(point.share * one.slot.points))
        blocks.append(Paragraph((Words(f"· {point.label}  {worth}"),), indent=INDENT))
    blocks += explained
    if one.asked.source:
        if isinstance(blocks[-1], Paragraph):
            blocks[-1] = replace(blocks[-1], with_next=True)
        source = _("Source: %(source)s", source=one.asked.source)
        blocks.append(Paragraph((Words(source),), Kind.SMALL, indent=INDENT))
    return blocks


def _boxes(those: Sequence[Printing]) -> list[Block]:
    """A grid of numbers with their letters to cross out."""
    cells = []
    for one in those:
        marks = [RIGHT, WRONG] if one.asked.type.code == "true_false" else list(LETTERS[: len(one.shown["options"])])
        cells.append((Words(f"{one.slot.number}  ", bold=True), Words("  ".join(f"[{mark}]" for mark in marks))))
    widest = max(sum(len(word.text) for word in cell) for cell in cells)
    count = 5 if widest <= 15 else 4 if widest <= 24 else 3 if widest <= 30 else 1
    rows = [tuple(cells[start : start + count]) for start in range(0, len(cells), count)]
    filled = tuple((*row, *[()] * (count - len(row))) for row in rows)
    return [Table((1.0,) * count, filled, row_height=8, before=1)]


def _place_for(one: Printing) -> list[Block]:
    """Where an answer that is no single letter is written."""
    code, before = one.asked.type.code, Words(f"{one.slot.number}. ", bold=True)
    shown = one.shown

    def line(text: str) -> list[Block]:
        return [Paragraph((before, Words(text)), indent=0, hanging=INDENT, before=2.5)]

    if code == "fill_in":
        blanks = range(1, len(shown["blanks"]) + 1)
        told = tuple((Words(f"({place}) " + "_" * 24),) for place in blanks)
        if len(told) == 1:
            return line("_" * 40)
        return [Paragraph((before,), before=2.5, with_next=True), Columns(told, 2, INDENT)]
    if code == "numeric":
        return line(f"{'_' * 24} {shown.get('unit') or ''}")
    if code == "matching":
        return line("   ".join(f"({place}) ____" for place in range(1, len(shown["prompts"]) + 1)))
    if code == "ordering":
        return line(" → ".join(["____"] * len(shown["items"])))
    if code == "cloze":
        return line("   ".join(
            f"({place}) " + (" ".join(f"[{mark}]" for mark in LETTERS[: len(gap["options"])]) or "_" * 14)
            for place, gap in enumerate(shown["gaps"], start=1)
        ))  # fmt: skip
    many = paper_questions.SHORT_LINES if code == "short_answer" else paper_questions.LONG_LINES
    return [Paragraph((before,), before=2.5, with_next=True), Lines(many, INDENT)]
