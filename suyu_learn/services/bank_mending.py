"""Mending the questions of a preview in place: changing one, leaving one out, taking one back as the file had it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats.refused_cells import former_of
from suyu_learn.content.formats.text_of import Wording, worded, wording_kept, wording_of, wording_of_cells
from suyu_learn.domain.problems import Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.models import Bank, Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services.bank_comparing import COMPARING, compare_with_bank, compare_within
from suyu_learn.services.bank_import_rows import draft_of_row, kept_problem, row_of_draft
from suyu_learn.services.bank_imports import LEFT_OUT, counted_in, source_of, uid_prefix

Types = Mapping[str, QuestionType[Any]]


def find_row(session: Session, batch: Import, row_id: int, *, change: bool = False) -> ImportRow:
    """A row of an import; raises Problem when there is none, or `change` is asked of an import that no longer waits."""
    row = session.get(ImportRow, row_id)
    if row is None or row.import_id != batch.id:
        raise Problem("bank.import_unknown")
    if change and (batch.state is not ImportState.PREVIEW or batch.options.get("stage")):
        raise Problem("bank.import_not_waiting")
    return row


def wording(row: ImportRow, types: Types) -> Wording:
    """What the form of a row shows: what was typed last, else what the file said."""
    if "typed" in row.data:
        return wording_kept(row.data["typed"])
    if "body" in row.data:
        return wording_of(draft_of_row(row.data), types)
    return wording_of_cells(row.data.get("cells", ()))


def mended(row: ImportRow) -> bool:
    """Whether a person changed what the file said."""
    return "came" in row.data


def mend(session: Session, batch: Import, row: ImportRow, said: Wording, *, types: Types, day: str) -> None:
    """Put what a person typed in the place of what the file said, and check it at once.

    What is still wrong stands in the row's problems, with all that was typed; what came from the file stays known.
    """
    came = _came(row)
    former = row.data.get("identity")
    try:
        draft, warnings = worded(said, _former(batch, row), types)
    except (Problem, Problems) as refused:
        found = refused.problems if isinstance(refused, Problems) else (refused,)
        row.outcome, row.decision = RowOutcome.REFUSED, None
        row.problems = [_here(row, problem) for problem in found]
        row.data = {**_of_file(row.data), "typed": said.as_json(), "came": came}
    else:
        row.outcome, row.decision = RowOutcome.NEW, None
        row.problems = [_here(row, problem) for problem in warnings]
        stood = row.data if "body" in row.data else came["data"]
        passage = stood.get("group_identity", "")
        kept = row_of_draft(draft, source=source_of(batch.file_name, day), passage=passage)["data"]
        shown = {"passage": stood["passage"]} if "passage" in stood else {}
        row.data = {**kept, **shown, **_of_file(row.data), "came": came}
    _compare(session, batch, former, row.data.get("identity"))


def leave_out(session: Session, batch: Import, row: ImportRow) -> None:
    """Keep a question out; it counts as refused, and can be taken in after all."""
    former = row.data.get("identity")
    row.data = {**row.data, "before": {"outcome": row.outcome.value, "problems": list(row.problems)}}
    row.outcome, row.decision = RowOutcome.REFUSED, LEFT_OUT
    row.problems = [_here(row, Problem("bank.left_out"))]
    _compare(session, batch, former, None)


def take_after_all(session: Session, batch: Import, row: ImportRow) -> None:
    """Undo `leave_out`."""
    if row.decision != LEFT_OUT:
        return
    before = row.data["before"]
    row.outcome, row.problems, row.decision = RowOutcome(before["outcome"]), before["problems"], None
    row.data = {name: value for name, value in row.data.items() if name != "before"}
    _compare(session, batch, None, row.data.get("identity"))


def as_it_came(session: Session, batch: Import, row: ImportRow) -> None:
    """Undo `mend`: the row says again what the file said."""
    if not mended(row):
        return
    former, came = row.data.get("identity"), row.data["came"]
    row.outcome, row.problems, row.decision = RowOutcome(came["outcome"]), came["problems"], None
    row.data = came["data"]
    _compare(session, batch, former, row.data.get("identity"))


def _came(row: ImportRow) -> dict[str, Any]:
    if mended(row):
        return dict(row.data["came"])
    before = row.data.get("before")
    data = {name: value for name, value in row.data.items() if name != "before"}
    if before:
        return {"outcome": before["outcome"], "problems": before["problems"], "data": data}
    return {"outcome": row.outcome.value, "problems": list(row.problems), "data": data}


def _of_file(data: Mapping[str, Any]) -> dict[str, Any]:
    """What stays what the file says, however the question is mended."""
    return {name: data[name] for name in ("cells", "number") if name in data}


def _former(batch: Import, row: ImportRow) -> QuestionDraft:
    """What a mended question keeps beside its texts: what the file says, also where it was refused."""
    data = row.data if "body" in row.data or "came" not in row.data else row.data["came"]["data"]
    if "body" in data:
        return draft_of_row(data)
    place = Place(sheet=row.sheet, row=row.row)
    bare = QuestionDraft(uid=f"{uid_prefix(batch.key)}-m{row.id}", type="", body={}, place=place,
                         group=data.get("group", ""))  # fmt: skip
    return former_of(data.get("cells", ()), bare)


def _here(row: ImportRow, problem: Problem) -> dict[str, Any]:
    return kept_problem(problem.at(Place(sheet=row.sheet, row=row.row, field=problem.place.field)))


def _compare(session: Session, batch: Import, *identities: str | None) -> None:
    """Settle anew what says the same as a row did before it was mended, and as it does now."""
    session.flush()
    for identity in {one for one in identities if one}:
        _settle(session, batch, identity)
    session.flush()
    batch.counts = counted_in(session, batch)


def _settle(session: Session, batch: Import, identity: str) -> None:
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == batch.id, ImportRow.outcome != RowOutcome.REFUSED,
               ImportRow.data["identity"].as_string() == identity)
        .order_by(ImportRow.id)
    ).all()  # fmt: skip
    told = [_as_new(row) for row in rows]
    compare_within(told)
    compare_with_bank(session, session.get_one(Bank, batch.bank_id), told)
    for row, new in zip(rows, told, strict=True):
        row.outcome, row.problems, row.data = new["outcome"], new["problems"], new["data"]
        if row.outcome is not RowOutcome.DOUBTFUL:
            row.decision = None


def _as_new(row: ImportRow) -> dict[str, Any]:
    """The row as if nothing else were known."""
    return {
        "sheet": row.sheet,
        "row": row.row,
        "outcome": RowOutcome.NEW,
        "data": {name: value for name, value in row.data.items() if name != "stands"},
        "problems": _others(row.problems),
    }


def _others(problems: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [one for one in problems if one["code"] not in COMPARING]
