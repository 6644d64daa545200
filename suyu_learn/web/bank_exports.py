"""Questions that leave a bank: in which format, what it cannot carry, and the file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO
from urllib.parse import quote

from flask import Response, request

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.problems import Problem
from suyu_learn.hooks import BankWriter
from suyu_learn.models import Bank
from suyu_learn.services import bank_contents, bank_exports
from suyu_learn.services.bank_contents import BankSeen
from suyu_learn.web import bank_filters, problems
from suyu_learn.web.bank import ORGANIZERS, organizer
from suyu_learn.web.context import close, commit, learn, now, session
from suyu_learn.web.exporting import file_name
from suyu_learn.web.forms.bank import format_name
from suyu_learn.web.i18n import N_, _, ngettext
from suyu_learn.web.links import link
from suyu_learn.web.pages.bank import BankDownload, DownloadFormat, DownloadOption
from suyu_learn.web.routing import Routes
from suyu_learn.web.templates import render

routes = Routes()

IN_MEMORY = 2**20
PIECE = 2**16
OPTIONS = {"docx": {"answers": N_("With answers and explanations")}}
"""What may be chosen of a format, each yes or no; a writer may have a mapping `options` of its own."""


@routes.get("/manage/bank/<int:bank_id>/download", access=ORGANIZERS)
def bank_download(bank_id: int) -> str:
    """Choose a format, and see what it cannot carry."""
    here = bank_contents.get_bank(session(), organizer(), bank_id)
    wanted = bank_filters.seen_by(here, request.args)
    drafts = bank_exports.drafts_of(session(), here.bank, wanted)
    return render("bank/download.html", _page(here, drafts))


@routes.post("/manage/bank/<int:bank_id>/download", access=ORGANIZERS)
def bank_download_post(bank_id: int) -> Response:
    """The file: written while nobody else waits, logged before its first byte leaves."""
    here = learn()
    person = organizer()
    found = bank_contents.get_bank(session(), person, bank_id)
    row = found.bank
    writer = here.plugins.bank_writers.get(request.form.get("format", ""))
    if writer is None:
        raise Problem("export.unknown_format", known=sorted(here.plugins.bank_writers))
    wanted = bank_filters.seen_by(found, request.args)
    chosen = {name: name in request.form for name in _options(writer)}
    close()  # other people's answers do not wait for this
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the response
    try:
        with here.database.reading() as reading:
            count = bank_exports.write(
                reading, reading.get_one(Bank, row.id), wanted, writer, stream,  # type: ignore[arg-type]
                folder=here.media_folder, options=chosen,
            )  # fmt: skip
        bank_exports.note(
            session(), row, writer, count, filtered=bank_filters.narrows(request.args), actor=person, now=now()
        )
        commit()
        size = stream.tell()
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    response = Response(pieces(stream), mimetype=writer.mime)
    response.call_on_close(stream.close)
    response.headers["Content-Length"] = str(size)
    name = quote(file_name(row.name, (), writer.suffix.removeprefix(".")), safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=bank{writer.suffix}; filename*=UTF-8''{name}"
    return response


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A file part by part, closed at its end."""
    with stream:
        while piece := stream.read(PIECE):
            yield piece


def _options(writer: BankWriter) -> dict[str, str]:
    return dict(getattr(writer, "options", None) or OPTIONS.get(writer.code, {}))


def _page(here: BankSeen, drafts: Sequence[QuestionDraft]) -> BankDownload:
    own = link("bank_download", bank_id=here.bank.id)
    query = bank_filters.query_of(request.args)
    asked = f"{own}?{query}&" if query else f"{own}?"
    writers = learn().plugins.bank_writers
    writer = writers.get(request.args.get("format", ""))
    losses: tuple[str, ...] = ()
    if writer is not None:
        losses = tuple(problems.sentence(one) for one in writer.losses(drafts))
    return BankDownload(
        bank=here.bank.name,
        bank_url=link("bank_show", bank_id=here.bank.id) + (f"?{query}" if query else ""),
        found=ngettext("%(num)s question", "%(num)s questions", len(drafts)),
        filtered=bank_filters.narrows(request.args),
        all_url=own,
        formats=tuple(
            DownloadFormat(
                format_name(code, _(one.label)), f"{asked}format={quote(code)}", one is writer
            )
            for code, one in writers.items()
        ),
        chosen=format_name(writer.code, _(writer.label)) if writer is not None else "",
        code=writer.code if writer is not None else "",
        losses=losses,
        options=tuple(DownloadOption(name, _(label)) for name, label in _options(writer).items()) if writer else (),
        action=own + (f"?{query}" if query else ""),
        empty=not drafts,
    )  # fmt: skip
