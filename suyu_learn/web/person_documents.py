"""One person's file as a document on A4: the same parts as on the page, numbered pages, places to sign, own papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suyu_learn.exports.documents import Block, Document, Inlines, Kind, Paragraph, Table, Words
from suyu_learn.exports.documents import words as in_words
from suyu_learn.web import marked_documents
from suyu_learn.web.i18n import _
from suyu_learn.web.marked_documents import signatures
from suyu_learn.web.marked_papers import Sat
from suyu_learn.web.pages.common import Action, Row
from suyu_learn.web.pages.training_files import FilePart, PersonFile
from suyu_learn.web.paper_documents import document


def of(page: PersonFile, papers: Sequence[Sat] = ()) -> Document:
    """The file; with `papers` the person's own answered papers follow, each on sheets of its own."""
    texts = marked_documents.texts_of(papers)
    blocks = [*_head(page), *(block for part in page.parts for block in _part(part)), signatures(page.signatures)]
    for paper in papers:
        blocks += marked_documents.blocks(paper, texts)
    number = f" {page.staff_number}" if page.staff_number else ""
    title = _("Training file: %(name)s", name=page.name)
    return document(title, blocks, head=page.printed, foot_before=f"{page.name}{number}")


def _head(page: PersonFile) -> Iterator[Block]:
    yield Paragraph((Words(_("Training file"), bold=True),), Kind.SUBTITLE)
    yield Paragraph((Words(page.name),), Kind.TITLE)
    pairs = [(in_words(row.label), in_words(row.value, bold=True)) for row in page.facts]
    if len(pairs) % 2:
        pairs.append(((), ()))
    rows: list[tuple[Inlines, ...]] = [(*pairs[at], *pairs[at + 1]) for at in range(0, len(pairs), 2)]
    yield Table((1.3, 3, 1.3, 3), tuple(rows), kind=Kind.SMALL, before=2)
    yield Paragraph(in_words(page.papers_said), Kind.SMALL, before=1)


def _part(part: FilePart) -> Iterator[Block]:
    yield Paragraph((Words(part.title),), Kind.HEADING, before=4)
    if part.facts:
        yield Paragraph((Words(_facts(part.facts)),), Kind.SMALL, with_next=bool(part.rows))
    if part.rows:
        rows = tuple(tuple(in_words(_text(cell)) for cell in row) for row in part.rows)
        yield Table(part.widths, rows, tuple(column.label for column in part.columns), kind=Kind.SMALL, before=1)
    elif part.empty:
        yield Paragraph(in_words(part.empty), Kind.SMALL)
    for note in part.notes:
        yield Paragraph(in_words(note), Kind.SMALL)


def _text(cell: str | Action) -> str:
    return cell.label if isinstance(cell, Action) else cell


def _facts(rows: Sequence[Row]) -> str:
    return "    ".join(_("%(label)s: %(value)s", label=row.label, value=row.value) for row in rows)
