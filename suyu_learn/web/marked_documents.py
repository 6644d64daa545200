"""A paper that was sat, as blocks of a printed document: what was asked, answered and earned, and its scans."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from suyu_learn.domain.papers import arrange
from suyu_learn.exports.documents import (
    Block,
    Inline,
    Inlines,
    Kind,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Words,
    words,
)
from suyu_learn.models import Scan, Slot
from suyu_learn.services import media, scans
from suyu_learn.services.printed_texts import Texts
from suyu_learn.services.versions import Asked
from suyu_learn.web import paper_questions
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _
from suyu_learn.web.marked_papers import Sat, sheet
from suyu_learn.web.pages.common import Row
from suyu_learn.web.pages.printing import SheetQuestion
from suyu_learn.web.paper_questions import INDENT, Printing

_CHOSEN, _OTHER = "●", "○"


def texts_of(papers: Sequence[Sat]) -> Texts:
    """What turns the texts of some papers into blocks; pictures are read once each."""
    asked = {number: one for paper in papers for number, one in paper.asked.items()}
    return Texts(session(), learn().media_folder, [one.type.write(one.content) for one in asked.values()])


def blocks(paper: Sat, texts: Texts) -> Iterator[Block]:
    """One paper on sheets of its own, with places to sign."""
    ready = sheet(paper)
    yield NewPage()
    yield Paragraph((Words(ready.title),), Kind.TITLE)
    yield _facts(ready.facts)
    yield _facts(ready.result)
    for note in ready.notes:
        yield Paragraph((Words(note),), Kind.SMALL, before=1)
    told: set[int] = set()
    by_number = {slot.number: slot for slot in paper.slots}
    answered = [slot for slot in paper.slots if paper.asked[slot.version_id].type.has_response]
    for slot, question in zip(answered, ready.questions, strict=True):
        parent = by_number.get(slot.parent_number or 0)
        if parent is not None and parent.number not in told:
            told.add(parent.number)
            passage = paper.asked[parent.version_id]
            yield from texts.blocks(passage.stem, passage.text_format)
        yield from _question(slot, paper.asked[slot.version_id], question, texts)
    if not answered:
        yield Paragraph((Words(_("Only the points of this paper were entered, not its answers.")),), before=3)
    yield signatures(ready.signatures)
    if paper.key:
        yield from _scans(scans.of_attempt(session(), paper.attempt))


def signatures(labels: Sequence[str]) -> Block:
    """Boxes to sign in, each below its label."""
    empty: tuple[Inlines, ...] = ((),) * len(labels)
    return Table((1.0,) * len(labels), (empty,), tuple(labels), row_height=20, before=6, kind=Kind.SMALL)


def _facts(rows: Sequence[Row]) -> Block:
    said = "    ".join(_("%(label)s: %(value)s", label=row.label, value=row.value) for row in rows if row.value)
    return Paragraph((Words(said),), Kind.SMALL, before=1.5)


def _question(slot: Slot, asked: Asked, question: SheetQuestion, texts: Texts) -> Iterator[Block]:
    place = arrange.Slot(slot.number, slot.version_id, slot.points, tuple(slot.option_order))
    one = Printing(place, asked, texts)
    head, *rest = paper_questions.stem(one, f"{slot.number}. ")
    yield head
    yield from rest
    chosen = [option.chosen for option in question.options]
    given = one.shown.get("options", ()) if asked.type.code in ("single", "multiple") else ()
    if given and len(given) == len(chosen):
        marks = [
            f"{_CHOSEN if ticked else _OTHER} {letter}"
            for ticked, letter in zip(chosen, paper_questions.lettered(len(given)), strict=True)
        ]
        yield from paper_questions.options(one, given, marks)
    yield Paragraph(tuple(_answer(question)), indent=INDENT, before=0.6)


def _answer(question: SheetQuestion) -> Iterator[Inline]:
    yield Words(_("Answer given") + " ")
    yield from words(question.given or _("Not answered"), bold=True)
    if question.right:
        yield Words(f"    {_('Right answer')} ")
        yield from words(question.right, bold=True)
    if question.sign or question.mark:
        yield Words("    " + " ".join(text for text in (question.sign, question.mark) if text))


def _scans(kept: Sequence[Scan]) -> Iterator[Block]:
    """Photos of the paper, a page each; a pdf is named, since it is kept as it came."""
    for number, one in enumerate(kept, start=1):
        picture = _picture(one)
        name = _("Scan %(number)s of %(count)s", number=number, count=len(kept))
        if picture is None:
            yield Paragraph((Words(_("%(scan)s: the file %(name)s is kept with the exam.", scan=name, name=one.name)),),
                            Kind.SMALL, before=2)  # fmt: skip
            continue
        yield NewPage()
        yield Paragraph((Words(name),), Kind.SMALL, with_next=True)
        yield Paragraph((picture,))


def _picture(scan: Scan) -> Picture | None:
    if scan.mime == scans.PDF:
        return None
    from PIL import Image

    try:
        content = media.path_of(learn().scan_folder, scan.sha256).read_bytes()
        with Image.open(io.BytesIO(content)) as image:
            if image.format not in ("PNG", "JPEG"):
                stream = io.BytesIO()
                image.convert("RGB").save(stream, "JPEG", quality=85)
                content = stream.getvalue()
            return Picture(content, *image.size, alt=scan.name, whole=True)
    except (OSError, ValueError):
        return None
