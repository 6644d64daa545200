"""The questions of an import as cards: what is seen, what is wrong, and the form that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from suyu_learn.content import pictures
from suyu_learn.content.formats.text_of import Wording, wording_of
from suyu_learn.content.texts import render, with_blanks
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.words import texts_in
from suyu_learn.models import Import, ImportRow, RowOutcome
from suyu_learn.services import bank_contradictions, bank_imports, bank_mending
from suyu_learn.services.bank_contradictions import Against
from suyu_learn.services.bank_import_rows import draft_of_row
from suyu_learn.services.versions import Asked
from suyu_learn.web import problems, question_words
from suyu_learn.web.bank_questions import answer_line, asked_of_draft, chosen, difficulty_name, seen, type_name
from suyu_learn.web.context import learn, session
from suyu_learn.web.i18n import _, listed
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import Contradicting, MendCard, MendForm, QuestionSeen

SHOWN = 60
ACCEPTED = frozenset({"accepted", "value", "words", "reference"})
FIELDS = ("stem", "options", "answer", "type", "explanation")


def cards(batch: Import, rows: Sequence[ImportRow], *, change: bool) -> tuple[MendCard, ...]:
    """Questions of an import, numbered by their place in the file; each with its form where it may be changed."""
    numbers = bank_imports.numbers_of(session(), batch, rows)
    others = bank_contradictions.against(session(), batch, rows)
    return tuple(_card(batch, row, numbers[row.id], others.get(row.id, ()), change=change) for row in rows)


def _card(batch: Import, row: ImportRow, number: int, others: Sequence[Against], *, change: bool) -> MendCard:
    found = bank_imports.problems_of(row)
    left_out, refused = row.decision == bank_imports.LEFT_OUT, row.outcome is RowOutcome.REFUSED
    whole = "body" in row.data and row.data["type"] in learn().plugins.question_types and not left_out
    words = bank_mending.wording(row, learn().plugins.question_types)
    return MendCard(
        row_id=row.id,
        number=str(number),
        url=link("import_row", import_key=batch.key, row_id=row.id),
        where=place_of(place_in(row, column=columns_of(row)), batch),
        stem=shortened(words.stem or _original(row)),
        notes=tuple(dict.fromkeys(problems.sentence(one) for one in found)),
        seen=_seen(row, number, open_key=not others) if whole else None,
        form=form_of(words, found if refused else ()) if change and not left_out else None,
        original=_original(row) if bank_mending.mended(row) or refused else "",
        mended=bank_mending.mended(row),
        left_out=left_out,
        refused=refused,
        doubtful=row.outcome is RowOutcome.DOUBTFUL,
        chosen=row.decision == bank_imports.TAKE,
        sides=_sides(batch, row, others) if whole and others else (),
        in_bank=any(one.version is not None for one in others),
    )


def _sides(batch: Import, row: ImportRow, others: Sequence[Against]) -> tuple[Contradicting, ...]:
    """The answers to one question that contradict each other, what is there already first."""
    own = Contradicting(_in_the_file(row, batch), _answer_of_row(row), own=True)
    return (*(_side(batch, one) for one in others), own)


def _side(batch: Import, one: Against) -> Contradicting:
    if one.version is not None:
        asked = learn().versions.get(session(), one.version.id)
        url = link("question_show", bank_id=batch.bank_id, question_id=one.version.question_id)
        return Contradicting(_("The bank has"), _answer(asked, one.version.body), url)
    assert one.row is not None
    return Contradicting(_in_the_file(one.row, batch), _answer_of_row(one.row))


def _in_the_file(row: ImportRow, batch: Import) -> str:
    place = place_of(place_in(row), batch)
    return _("The file says, %(place)s", place=place) if place else _("The file says")


def _answer_of_row(row: ImportRow) -> Markup:
    return _answer(asked_of_draft(draft_of_row(row.data)), row.data["body"])


def _answer(asked: Asked, body: Mapping[str, Any]) -> Markup:
    """The right answer; of blanks also that their order is free, since two may differ in that alone."""
    line = answer_line(seen(asked, number=0).answer)
    return Markup("{} ({})").format(line, _("in any order")) if body.get("any_order") else line


def form_of(words: Wording, found: Sequence[Problem]) -> MendForm:
    """The texts of a question as a form, with what is wrong beside its field."""
    types = learn().plugins.question_types
    wrong: dict[str, list[str]] = {}
    for one in found:
        field = "answer" if one.place.field == "blanks" else one.place.field
        wrong.setdefault(field if field in FIELDS else "", []).append(problems.sentence(one))
    return MendForm(
        types=chosen(((code, type_name(code)) for code in types if code != "group"), words.type,
                     _("The answer tells")),
        stem=words.stem,
        options=words.options,
        answer=words.answer,
        explanation=words.explanation,
        whole=words.whole,
        wrong={field: " ".join(dict.fromkeys(said)) for field, said in wrong.items()},
    )  # fmt: skip


def _original(row: ImportRow) -> str:
    """What the file had there: its cells, or the passage, or the question as it was read."""
    cells = row.data.get("cells")
    if cells is None:
        data = row.data.get("came", {}).get("data", {})
        if "body" not in data:
            return ""
        words = wording_of(draft_of_row(data), learn().plugins.question_types)
        return "\n".join(text for text in (words.stem, words.options, words.answer, words.explanation) if text)
    return "\n".join(f"{label}: {text}" if label else text for label, text in cells)


_WITHOUT_ROWS = frozenset({"moodle_xml", "qti", "json", "pack"})


def place_in(row: ImportRow, *, column: str = "") -> Place:
    """Where a row stands, with the number that the file gives the question."""
    return Place(sheet=row.sheet, row=row.row, column=column, number=row.data.get("number"))


def place_of(place: Place, batch: Import) -> str:
    """Sheet, number, row and column in words; files without rows have their questions counted."""
    row = number = ""
    if place.number is not None:
        number = _("question %(number)s", number=place.number)
    if place.row and batch.options.get("form") in _WITHOUT_ROWS:
        row = _("question %(number)s", number=place.row)
    elif place.row:
        row = _("row %(row)s", row=place.row)
    return " · ".join(part for part in (place.sheet, number, row, place.column) if part)


def shortened(stem: str) -> str:
    """The beginning of a stem on one line, blanks as the paper has them."""
    bare = " ".join(pictures.without(with_blanks(stem)).split())
    return bare if len(bare) <= SHOWN else bare[: SHOWN - 1] + "…"


def stem_of(row: ImportRow) -> str:
    """The beginning of a question's stem."""
    return shortened(str(row.data.get("body", {}).get("stem", "")))


def key_in_words(body: Mapping[str, Any]) -> str:
    """The right answer of a body, in words."""
    if "options" in body and isinstance(body.get("answer"), list):
        return listed(str(one["text"]) for one in body["options"] if one["key"] in body["answer"])
    if isinstance(body.get("answer"), bool):
        return _("Right") if body["answer"] else _("Wrong")
    accepted = [text for value in body.values() for text in texts_in(value, named=ACCEPTED)]
    return listed(dict.fromkeys(accepted)) or "—"


def _seen(row: ImportRow, number: int, *, open_key: bool) -> QuestionSeen:
    draft = draft_of_row(row.data)
    points = _("%(points)s points", points=draft.points) if draft.points else ""
    facts: Sequence[str] = (
        type_name(draft.type), difficulty_name(draft.difficulty), points, question_words.criterion(draft.criterion),
        *draft.topics, *draft.tags,
    )  # fmt: skip
    passage = render(*row.data["passage"]) if "passage" in row.data else None
    shown = seen(asked_of_draft(draft), number=row.id, facts=facts, passage=passage)
    return replace(shown, asked=replace(shown.asked, number=str(number)),
                   key=answer_line(shown.answer) if open_key and draft.type != "group" else None)  # fmt: skip


def columns_of(row: ImportRow) -> str:
    """The columns in which something is wrong with a row."""
    return listed(dict.fromkeys(one.place.column for one in bank_imports.problems_of(row) if one.place.column))


def reason_of(row: ImportRow) -> str:
    """What is wrong with a row, or was noted of it, in words."""
    return " ".join(problems.sentence(one) for one in bank_imports.problems_of(row))
