"""The page of one import of a roster: its counts, its rows, its questions, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suyu_learn.models import Import, ImportRow, ImportState, RowOutcome
from suyu_learn.services import people, roster_undo, rosters
from suyu_learn.services.roster_plan import LEAVE, NEW, PLAIN, SAME
from suyu_learn.services.roster_undo import Obstacle
from suyu_learn.web import addresses, problems, words
from suyu_learn.web.i18n import N_, _, labelled, listed, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.common import Action, Message, MessageKind, Pages, Row
from suyu_learn.web.pages.rosters import RosterBatch, RosterChoice, RosterLine, RosterTab

PAGE = 50
ODD_LISTED = 20
STATES = {
    ImportState.PREVIEW: N_("Preview"),
    ImportState.DONE: N_("Imported"),
    ImportState.UNDONE: N_("Taken back"),
}
_OUTCOMES = {
    RowOutcome.DOUBTFUL: (N_("Doubtful"), "warning"),
    RowOutcome.REFUSED: (N_("Refused"), "cross"),
    RowOutcome.NEW: (N_("New"), "check"),
    RowOutcome.CHANGED: (N_("Changed"), "check"),
    RowOutcome.SAME: (N_("Unchanged"), "check"),
    RowOutcome.DUPLICATE: (N_("Repeated"), "half"),
}
_FIELDS = {
    "name": N_("Name"),
    "staff_number": N_("Staff number"),
    "phone": N_("Phone"),
    "job": N_("Job"),
    "hired_on": N_("Day of entry"),
    "sex": N_("Sex"),
    "birth_year": N_("Birth year"),
    "schooling": N_("Schooling"),
    "residence": N_("Residence"),
    "audiences": N_("Audiences"),
    "unit": N_("Unit"),
}
_WORDS: Mapping[str, Mapping[Any, str]] = {
    "sex": words.SEXES, "schooling": words.SCHOOLINGS, "residence": words.RESIDENCES, "audiences": words.AUDIENCES,
}  # fmt: skip
_OBSTACLES = {
    "changed": N_("%(name)s was changed since, or has set a password."),
    "moved": N_("%(name)s was moved since."),
    "card_used": N_("%(name)s has signed in with a card."),
    "unit_used": N_("The unit %(name)s is used by others since."),
    "attempt": N_("New people have sat exams (%(count)s)."),
    "completion": N_("New people have completion records (%(count)s)."),
    "sign_off": N_("Teaching at work was signed for new people (%(count)s)."),
    "programme_exemption": N_("New people are exempted from programmes (%(count)s)."),
    "grant": N_("New people or units have roles (%(count)s)."),
    "audit_entry": N_("Something was done for new people, such as making cards; it is on record (%(count)s)."),
}


def batch_page(session: Any, batch: Import, *, shown: str, page: int, waiting: int = 0) -> RosterBatch:
    """What `rosters/batch.html` shows; `shown` is an outcome, or empty for the most pressing one.

    `waiting` counts those who came in with it and still need a card.
    """
    counts: dict[str, Any] = batch.counts
    current = _shown(shown, counts)
    total = counts.get(current.value, 0)
    pages = _pages(batch, current, page, total)
    rows = rosters.rows_of(session, batch, current, start=(pages.current - 1) * PAGE, most=PAGE)
    preview = batch.state is ImportState.PREVIEW
    done = batch.state is ImportState.DONE
    obstacles = roster_undo.obstacles(session, batch, most=5) if done else []
    goes_in = counts["new"] + counts["changed"] + counts["same"] + counts["doubtful"]
    lost = counts["refused"] + counts["doubtful"]
    links = done and bool(counts["new"])
    return RosterBatch(
        title=batch.file_name,
        facts=tuple(_facts(session, batch)),
        state=_(STATES[batch.state]),
        tabs=tuple(_tabs(batch, current)),
        lines=tuple(_line(row, asks=preview) for row in rows),
        pages=pages,
        here=current.value,
        messages=tuple(_messages(session, batch)),
        new_units=tuple(_new_unit(one) for one in counts["new_units"]) if preview else (),
        create_units=bool(batch.options.get("create_units", True)),
        apply_label=_("Import these people") if preview and goes_in else "",
        discard_url=link("roster_discard", key=batch.key) if preview else "",
        left_out=Action(
            ngettext("Download %(num)s row that is left out", "Download %(num)s rows that are left out", lost),
            link("roster_left_out", key=batch.key),
        ) if lost else None,
        sign_in_url=link("roster_sign_in", key=batch.key) if links and not addresses.unproved() else "",
        sign_in_doubt=addresses.doubt_in_words() if links else "",
        **_cards(batch, waiting),
        undo_url=link("roster_undo_post", key=batch.key) if done and not obstacles else "",
        obstacles=tuple(_obstacle(one) for one in obstacles),
        list_url=link("imports"),
    )  # fmt: skip


def _shown(asked: str, counts: dict[str, Any]) -> RowOutcome:
    if asked in {outcome.value for outcome in _OUTCOMES}:
        return RowOutcome(asked)
    return next((outcome for outcome in _OUTCOMES if counts.get(outcome.value)), RowOutcome.NEW)


def _pages(batch: Import, current: RowOutcome, page: int, total: int) -> Pages:
    count = max(1, -(-total // PAGE))
    page = min(max(1, page), count)

    def at(number: int) -> str | None:
        if not 1 <= number <= count:
            return None
        return link("roster_import", key=batch.key, show=current.value, page=number)

    return Pages(page, count, total, at(page - 1), at(page + 1))


def _facts(session: Any, batch: Import) -> list[Row]:
    unit = rosters.target_of(session, batch)
    rows = [
        Row(_("Unit"), people.path_names(session, unit)),
        Row(_("State"), _(STATES[batch.state])),
        Row(_("Uploaded"), local_time(batch.created_at)),
    ]
    if batch.done_at:
        rows.append(Row(_("Imported"), local_time(batch.done_at)))
    if batch.undone_at:
        rows.append(Row(_("Taken back"), local_time(batch.undone_at)))
    rows.append(Row(_("Rows"), str(batch.counts["rows"])))
    return rows


def _tabs(batch: Import, current: RowOutcome) -> list[RosterTab]:
    return [
        RosterTab(
            _(label), batch.counts[outcome.value],
            link("roster_import", key=batch.key, show=outcome.value), outcome is current,
        )
        for outcome, (label, _sign) in _OUTCOMES.items()
        if batch.counts[outcome.value] or outcome is current
    ]  # fmt: skip


def _line(row: ImportRow, *, asks: bool) -> RosterLine:
    label, sign = _OUTCOMES[row.outcome]
    sheet = f"{row.sheet} · " if row.sheet else ""
    facts = [_change(name, pair) for name, pair in row.data.get("changes", {}).items()]
    if not facts and row.data.get("unit_label"):
        facts = [row.data["unit_label"]]
    if row.outcome in (RowOutcome.NEW, RowOutcome.DOUBTFUL):
        facts += [_change(name, [None, row.data[name]]) for name in PLAIN if row.data[name]]
        facts += [_change("audiences", [[], row.data["audiences"]])] if row.data["audiences"] else []
    asked = asks and row.outcome is RowOutcome.DOUBTFUL
    return RosterLine(
        where=sheet + _("row %(row)s", row=row.row),
        name=row.data["name"] or _("(no name)"),
        outcome=_(label),
        sign=sign,
        facts=tuple(facts),
        notes=tuple(sentences_of(row)),
        field=f"row-{row.id}" if asked else "",
        choices=tuple(_choices(row)) if asked else (),
    )


def sentences_of(row: ImportRow) -> list[str]:
    """What is said of a row, each with its column."""
    said = []
    for kept in row.problems:
        problem = rosters.problem_of(row, kept)
        sentence = problems.sentence(problem)
        said.append(labelled(problem.place.column, sentence) if problem.place.column else sentence)
    return said


def _cards(batch: Import, waiting: int) -> dict[str, str]:
    if not waiting:
        return {}
    return {
        "cards_url": link("newcomer_cards", key=batch.key),
        "cards_file_url": link("newcomer_file", key=batch.key),
        "cards_label": ngettext(
            "Print the card of the new person", "Print the cards of the %(num)s new people", waiting
        ),
    }


def _new_unit(one: dict[str, Any]) -> str:
    return ngettext("%(label)s (%(num)s person)", "%(label)s (%(num)s people)", one["rows"], label=one["label"])


def _change(name: str, pair: list[Any]) -> str:
    old, new = (listed(_word(name, part) for part in one) if isinstance(one, list) else _word(name, one)
                for one in pair)  # fmt: skip
    if name == "audiences":
        return _("%(field)s: + %(new)s", field=_(_FIELDS[name]), new=new)
    if not old:
        return _("%(field)s: %(new)s", field=_(_FIELDS[name]), new=new)
    return _("%(field)s: %(old)s → %(new)s", field=_(_FIELDS[name]), old=old, new=new)


def _word(name: str, value: Any) -> str:
    """A value as people read it; what is kept as a code has a word of its own."""
    said = _WORDS.get(name, {}).get(value)
    return _(said) if said is not None else str(value or "")


def _choices(row: ImportRow) -> list[RosterChoice]:
    said = [RosterChoice("", _("Not answered: leave out"), not row.decision)]
    for one in row.data["candidates"]:
        known = " · ".join(part for part in (one["name"], one["number"], one["phone"], one["unit"]) if part)
        said.append(RosterChoice(f"{SAME}{one['id']}", _("Same person: %(known)s", known=known)))
    if row.data["may_be_new"]:
        said.append(RosterChoice(NEW, _("A new person")))
    said.append(RosterChoice(LEAVE, _("Leave out")))
    return [RosterChoice(one.value, one.label, one.value == (row.decision or "")) for one in said]


def _messages(session: Any, batch: Import) -> list[Message]:
    counts = batch.counts
    said = []
    if batch.state is ImportState.PREVIEW:
        said.append(Message(MessageKind.TEACH, _("This is a preview: nobody has been changed yet.")))
        open_rows = rosters.undecided(session, batch)
        if open_rows:
            text = ngettext(
                "%(num)s row is doubtful. Say who is meant; unanswered, it stays out.",
                "%(num)s rows are doubtful. Say who is meant; those unanswered stay out.",
                open_rows,
            )
            said.append(Message(MessageKind.WARNING, text))
        said += [
            Message(MessageKind.WARNING, _elsewhere(session, batch, one))
            for one in counts.get("elsewhere", ())[:ODD_LISTED]
        ]
    if counts["absent"] and batch.state is not ImportState.UNDONE:
        text = ngettext(
            "%(num)s known member of the unit is not in the file, and is not touched.",
            "%(num)s known members of the unit are not in the file, and are not touched.",
            counts["absent"],
        )
        said.append(Message(MessageKind.TEACH, text))
    if batch.state is ImportState.PREVIEW and (odd := counts.get("odd_phones")):
        rows = listed(str(row) for row in odd[:ODD_LISTED]) + ("…" if len(odd) > ODD_LISTED else "")
        text = ngettext(
            "%(num)s phone number looks wrong; look at row %(rows)s. It goes in as it stands.",
            "%(num)s phone numbers look wrong; look at rows %(rows)s. They go in as they stand.",
            len(odd), rows=rows,
        )  # fmt: skip
        said.append(Message(MessageKind.WARNING, text))
    if batch.state is ImportState.PREVIEW and (shared := counts.get("shared_phones")):
        rows = listed(str(row) for row in shared[:ODD_LISTED]) + ("…" if len(shared) > ODD_LISTED else "")
        text = ngettext(
            "A phone number is somebody else's too; look at row %(rows)s. It goes in as it stands.",
            "In %(num)s rows the phone number is somebody else's too; look at rows %(rows)s. They go in as they stand.",
            len(shared), rows=rows,
        )  # fmt: skip
        said.append(Message(MessageKind.WARNING, text))
    for key, text in (
        ("unknown", N_("These columns are not read: %(names)s")),
        (
            "not_kept",
            N_(
                "Identity numbers are neither stored nor shown: %(names)s. A programme that asks for them takes them "
                "in on its own page."
            ),
        ),
        ("skipped_sheets", N_("These sheets have no column for names and are not read: %(names)s")),
    ):
        if counts.get(key):
            said.append(Message(MessageKind.TEACH, _(text, names=listed(counts[key]))))
    return said


def _elsewhere(session: Any, batch: Import, one: dict[str, Any]) -> str:
    return _(
        "“%(name)s” is missing below %(unit)s and would be made anew, but there is %(there)s. If that one is meant, "
        "discard this preview and choose a unit above it.",
        name=one["name"], unit=rosters.target_of(session, batch).name, there=listed(one["there"]),
    )  # fmt: skip


def _obstacle(one: Obstacle) -> str:
    sentence = _OBSTACLES.get(one.code)
    if sentence is None:
        return _("Other records refer to new people or units: %(kind)s (%(count)s).", kind=one.code, count=one.count)
    return _(sentence, name=one.name, count=one.count)
