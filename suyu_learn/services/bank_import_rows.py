"""Drafts and problems as the rows of an import keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from suyu_learn.content.drafts import QuestionDraft, Refused
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.domain.questions.identity import content_hash, normalised_identity
from suyu_learn.models import RowOutcome


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    place = problem.place
    return {
        "code": problem.code,
        "params": {name: plain(value) for name, value in problem.params.items()},
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "field": place.field,
        **_numbered(place),
    }


def _numbered(place: Place) -> dict[str, int]:
    """The number that the file gives a question, where it gives one."""
    return {} if place.number is None else {"number": place.number}


def problem_kept(kept: Mapping[str, Any]) -> Problem:
    """The problem that was kept."""
    place = Place(sheet=kept["sheet"], row=kept["row"], column=kept["column"], field=kept["field"],
                  number=kept.get("number"))  # fmt: skip
    return Problem(kept["code"], place=place, **{name: lively(value) for name, value in kept["params"].items()})


def plain(value: object) -> object:
    """A parameter of a problem as JSON takes it."""
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def lively(value: object) -> object:
    """What `plain` made of a parameter, as it was."""
    if isinstance(value, list):
        return [lively(one) for one in value]
    return datetime.fromisoformat(value["moment"]) if isinstance(value, dict) and "moment" in value else value


def rows_of_drafts(drafts: Sequence[QuestionDraft], *, source: str) -> list[dict[str, Any]]:
    """Good questions as rows; members of a passage are told apart by it."""
    groups = {draft.uid: draft for draft in drafts if draft.type == Group.code}
    passages = {uid: normalised_identity(draft.type, draft.body) for uid, draft in groups.items()}
    return [
        _below(row_of_draft(draft, source=source, passage=passages.get(draft.group, "")), groups.get(draft.group))
        if not draft.group or draft.group in passages
        else row_of_refused(Refused(draft.place, (Problem("bank.group_not_taken", place=draft.place),)))
        for draft in drafts
    ]


def _below(row: dict[str, Any], group: QuestionDraft | None) -> dict[str, Any]:
    """A row that keeps the passage it refers to, so that a preview can show it beside the question."""
    if group is not None:
        row["data"]["passage"] = [group.body["stem"], group.text_format]
    return row


def row_of_draft(draft: QuestionDraft, *, source: str, passage: str = "") -> dict[str, Any]:
    """A good question as a row, with what is needed to store it without reading it again.

    `passage` is the identity of its group's passage.
    """
    metadata = {**draft.metadata(), "source": draft.source or source}
    return {
        "sheet": draft.place.sheet,
        "row": draft.place.row or 0,
        "outcome": RowOutcome.NEW,
        "data": {
            **metadata,
            "uid": draft.uid,
            "type": draft.type,
            "body": draft.body,
            "text_format": draft.text_format,
            "lang": draft.lang,
            "group": draft.group,
            "group_identity": passage,
            "identity": normalised_identity(draft.type, draft.body, group=passage),
            "hash": content_hash(draft.type, draft.body, draft.text_format, draft.lang, metadata),
            **_numbered(draft.place),
        },
        "problems": [],
    }


def draft_of_row(data: Mapping[str, Any]) -> QuestionDraft:
    """The draft that a row keeps."""
    return QuestionDraft(
        uid=data["uid"],
        type=data["type"],
        body=data["body"],
        text_format=data["text_format"],
        lang=data["lang"],
        difficulty=data["difficulty"],
        criterion=data["criterion"],
        dimension=data["dimension"],
        source=data["source"],
        points=data["points"],
        topics=tuple(data["topics"]),
        tags=tuple(data["tags"]),
        translations=data["translations"],
        group=data.get("group", ""),
    )


def rows_of_refused(refused: Sequence[Refused], drafts: Sequence[QuestionDraft]) -> list[dict[str, Any]]:
    """Refused questions as rows, with the passage of the file that they refer to."""
    wanted = {one.group for one in refused if one.group}
    groups = {draft.uid: draft for draft in drafts if draft.uid in wanted}
    rows = []
    for one in refused:
        row = row_of_refused(one)
        if (group := groups.get(one.group)) is not None:
            identity = normalised_identity(group.type, group.body)
            row["data"] |= {"group": group.uid, "group_identity": identity}
            row = _below(row, group)
        rows.append(row)
    return rows


def row_of_refused(refused: Refused) -> dict[str, Any]:
    """A refused question as a row, with what the file had there."""
    return {
        "sheet": refused.place.sheet,
        "row": refused.place.row or 0,
        "outcome": RowOutcome.REFUSED,
        "data": {"cells": [list(cell) for cell in refused.cells], **_numbered(refused.place)},
        "problems": [kept_problem(problem) for problem in refused.problems],
    }


def in_file_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sheet by sheet, row by row."""
    known = list(rows)
    sheets: dict[str, int] = {}
    for row in known:
        sheets.setdefault(row["sheet"], len(sheets))
    return sorted(known, key=lambda row: (sheets[row["sheet"]], row["row"]))


def with_places_of_their_own(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows in the order of the file, each with a sheet and number that no other row has."""
    told: list[dict[str, Any]] = []
    taken: set[tuple[str, int]] = set()
    for row in rows:
        row["sheet"] = row["sheet"][:200]
        while (row["sheet"], row["row"]) in taken:
            row["row"] += 1
        taken.add((row["sheet"], row["row"]))
        told.append(row)
    return told
