"""The page of one bank: what is in it, found and chosen, and what its keeper does with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import request

from suyu_learn.models import Import, ImportState, Status
from suyu_learn.services import bank_contents, bank_questions, bank_search
from suyu_learn.services.bank_comparing import origins
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.services.bank_imports import readable_uid
from suyu_learn.web import bank_filters, bank_practice, question_words
from suyu_learn.web.bank_questions import difficulty_name, paged, passages, seen, type_name
from suyu_learn.web.context import learn, session
from suyu_learn.web.forms.bank import rename_form
from suyu_learn.web.i18n import _, local_time, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import BankPage, ImportEntry
from suyu_learn.web.pages.common import Action
from suyu_learn.web.typed import number_of

PAGE = 20


def counted(here: BankSeen) -> str:
    """How many questions a bank has, in words."""
    return ngettext("%(num)s question", "%(num)s questions", sum(here.counts.values()))


def kinds(here: BankSeen) -> tuple[str, ...]:
    """How many of each type, in words."""
    order = list(learn().plugins.question_types)
    counts = sorted(here.counts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return tuple(f"{type_name(code)} {count}" for code, count in counts)


def unit_name(here: BankSeen) -> str:
    """The unit that keeps a bank, or that it came with the product."""
    if here.unit is None:
        return _("Comes with Suyu Learn")
    return _("Shared by %(unit)s", unit=here.unit.name) if here.shared else here.unit.name


def show_page(here: BankSeen, form: Any = None) -> BankPage:
    """One bank as it is asked for."""
    row, asked_for = here.bank, request.args
    wanted = bank_filters.seen_by(here, asked_for)
    current = max(1, asked_for.get("page", 1, type=number_of))
    total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
    if not found and total:
        current = -(-total // PAGE)
        total, found = bank_search.questions(session(), row, wanted, offset=(current - 1) * PAGE, limit=PAGE)
    versions = [version.id for _question, version in found]
    asked, named = learn().versions.many(session(), versions), bank_contents.labels_of(session(), versions)
    below = passages(session(), [question for question, _version in found], only_published=here.only_published)
    came_with = {} if here.only_published else origins(session(), row)
    own, query = link("bank_show", bank_id=row.id), bank_filters.query_of(asked_for)
    return BankPage(
        name=row.name,
        unit=unit_name(here),
        total=counted(here),
        kinds=kinds(here),
        shipped=row.pack is not None,
        shared=here.shared,
        in_bin=row.deleted_at is not None,
        may_change=here.may_change,
        found=_("%(found)s of %(all)s questions", found=total, all=bank_search.all_of(session(), row, wanted))
        if bank_filters.narrows(asked_for) else ngettext("%(num)s question", "%(num)s questions", total),
        text=wanted.text,
        source=wanted.source,
        filters=bank_filters.offered(here, asked_for),
        status=wanted.status,
        filtered=bool(query),
        query=tuple((name, asked_for[name]) for name in bank_filters.NAMES if asked_for.get(name)),
        waiting=_waiting(here, own),
        saved=bank_filters.kept(own),
        save_url=link("save_filter", bank_id=row.id),
        bulk_url=link("bulk_choose", bank_id=row.id),
        bulk_all=ngettext("Change the %(num)s found", "Change all %(num)s found", total),
        id=row.id,
        questions=tuple(
            seen(
                asked[version.id],
                number=number,
                facts=(type_name(version.type), difficulty_name(version.difficulty),
                       question_words.status(version.status) if wanted.status else "",
                       question_words.criterion(version.criterion),
                       *question_words.labels(named.get(version.id, ())),
                       _origin(came_with.get(question.import_id, ()), question.uid)),
                url=link("question_show", bank_id=row.id, question_id=question.id),
                id=question.id,
                passage=below.get(question.group_id or 0),
            )
            for number, (question, version) in enumerate(found, start=(current - 1) * PAGE + 1)
        ),
        pages=paged(total, current, PAGE, f"{own}?{query}{'&' if query else ''}page="),
        imports=tuple(_import_entry(*one) for one in bank_contents.imports_of(session(), row))
        if here.may_change else (),
        form=form or rename_form(row.name),
        url=own,
        list_url=link("bank_list"),
        import_url=link("bank_import", bank_id=row.id),
        write_url=link("new_question", bank_id=row.id) if here.may_change and row.deleted_at is None else "",
        review=row.review,
        review_url=link("bank_review", bank_id=row.id),
        shares_url=link("bank_shares", bank_id=row.id) if row.unit_id is not None else None,
        rename_url=link("bank_rename", bank_id=row.id),
        delete_url=link("bank_delete", bank_id=row.id),
        restore_url=link("bank_restore", bank_id=row.id),
        figures_url="" if here.shared else link("bank_figures_table", bank_id=row.id),
        download_url=f"{link('bank_download', bank_id=row.id)}?{query}" if total else "",
        exam_url=link("new_exam", bank=row.id) if here.counts and row.deleted_at is None else "",
        practice=bank_practice.on_bank_page(here),
    )  # fmt: skip


def _waiting(here: BankSeen, own: str) -> tuple[Action, ...]:
    """Drafts, and what is in review, each with the way to them."""
    counts = bank_questions.waiting_in(session(), here.bank) if here.may_change else {}
    said = {
        Status.DRAFT: ngettext("%(num)s draft", "%(num)s drafts", counts.get(Status.DRAFT, 0)),
        Status.REVIEW: ngettext("%(num)s waits for review", "%(num)s wait for review", counts.get(Status.REVIEW, 0)),
    }
    return tuple(Action(label, f"{own}?status={one.value}") for one, label in said.items() if counts.get(one))


def _origin(told: Iterable[object], uid: str) -> str:
    """Which import a question came with, in words, unless it has a uid that somebody gave it."""
    return readable_uid(uid) or " · ".join(local_time(one) if isinstance(one, datetime) else str(one) for one in told)


def _import_entry(batch: Import, who: str) -> ImportEntry:
    return ImportEntry(
        file_name=batch.file_name,
        url=link("import_show", import_key=batch.key),
        about=" · ".join(
            part for part in (local_time(batch.done_at or batch.created_at), who, _came_to(batch)) if part
        ),
    )


def _came_to(batch: Import) -> str:
    """What an import brought, could bring, or brought until it was taken back."""
    num, read = batch.counts["imported"], batch.counts["read"]
    if batch.state is ImportState.PREVIEW:
        return ngettext("waits for a decision: %(num)s question could come in",
                        "waits for a decision: %(num)s questions could come in", num)  # fmt: skip
    if batch.state is ImportState.DONE:
        return ngettext(
            "%(num)s of %(read)s question taken in", "%(num)s of %(read)s questions taken in", num, read=read
        )
    return ngettext("taken back: %(num)s question", "taken back: %(num)s questions", num)
