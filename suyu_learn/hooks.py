"""What others can add. Our own question types, formats and exports come in by the same hooks.

A plug-in is a module or object with functions of these names, marked with `hookimpl`; it is found through the
entry point group `suyu_learn` or given to `SuyuLearn(plugins=[...])`. Signals are sent after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import pluggy
from blinker import Namespace

if TYPE_CHECKING:
    from suyu_learn.content.drafts import BankFile, QuestionDraft
    from suyu_learn.domain.problems import Problem
    from suyu_learn.domain.questions import QuestionType

PROJECT = "suyu_learn"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

_signals = Namespace()
attempt_started = _signals.signal("attempt-started")
attempt_closed = _signals.signal("attempt-closed")
completion_recorded = _signals.signal("completion-recorded")
completion_taken_back = _signals.signal("completion-taken-back")


@dataclass(frozen=True, slots=True)
class HostPerson:
    """Who the host says is there: `key` is the host's lasting id; the rest is taken over at the first visit."""

    key: str
    name: str
    unit: str = ""
    staff_number: str | None = None


class ExportTable(Protocol):
    """Rows to be written; `columns` are their headings and `rows` yields one sequence of values for each."""

    title: str
    columns: list[str]

    @property
    def rows(self) -> Iterable[Iterable[Any]]: ...


class ExportFormat(Protocol):
    """Turns a table into a file."""

    code: str
    mime: str

    def write(self, table: ExportTable, stream: BinaryIO) -> None: ...


class BankFormat(Protocol):
    """Reads a file of questions; see `suyu_learn.content.formats`.

    `read` gets the whole file, which is at most `SUYU_LEARN_MAX_UPLOAD_MB` large and comes from a stranger: it must
    neither raise anything but Problem or Problems nor take memory or time out of proportion. A Problem says that the
    file as a whole cannot be read; a question that cannot be taken is an error of the BankFile, told with its place.

    Where formats share an ending, one may have a method `claims(content: bytes) -> bool`: it looks at the beginning
    of the file, quickly and without raising, and says whether the file is of its kind. It is asked before the others.
    """

    code: str
    """Lasting, such as `xlsx`."""
    suffixes: tuple[str, ...]
    """Endings of file names with their dot, in lower case."""

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file.

        `options` may have `uid_prefix` (question n gets the uid `<uid_prefix>-<n>`), `encoding` (what a person said
        about a text file; empty lets the format find out) and `lang` (of questions that name none).
        """


class BankWriter(Protocol):
    """Writes questions as a file that other systems read, or that comes back in unchanged.

    `losses` and `write` get the same questions; members of a group follow their group. `media` gives the stored
    bytes of a picture, with its mime type, by the sha256 that a text names (`suyu_learn.content.pictures`).
    """

    code: str
    """Lasting, such as `gift`."""
    suffix: str
    """Ending of the file's name with its dot."""
    mime: str
    label: str
    """What people choose it by, in English; translated where our catalogue knows it."""

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What the format cannot carry, told before anything is written: one Problem a kind, with `count`."""

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str,
        media: Callable[[str], tuple[bytes, str]], options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Write all that can be carried; `options` are the writer's own, such as `{"answers": True}`."""


@hookspec
def question_types() -> Iterable[QuestionType[Any]]:
    """Question types to offer; a later plug-in replaces an earlier one of the same code."""
    raise AssertionError("a specification is not called")


@hookspec
def question_editors() -> Iterable[Any]:
    """Editors of question types, subclasses of `Editor` in `suyu_learn/web/editors/base.py`."""
    raise AssertionError("a specification is not called")


@hookspec
def bank_formats() -> Iterable[BankFormat]:
    """Formats in which questions come in."""
    raise AssertionError("a specification is not called")


@hookspec
def bank_writers() -> Iterable[BankWriter]:
    """Formats in which questions leave."""
    raise AssertionError("a specification is not called")


@hookspec
def export_formats() -> Iterable[ExportFormat]:
    """Formats in which tables leave."""
    raise AssertionError("a specification is not called")


@hookspec(firstresult=True)
def find_person() -> HostPerson | None:
    """The person whom the host's own login knows in this request, or None."""
    raise AssertionError("a specification is not called")


@hookspec
def problem_sentences() -> Mapping[str, str]:
    """English sentences for the plug-in's own problem codes, with `%(name)s` for their values."""
    raise AssertionError("a specification is not called")


@hookspec
def pages(blueprint: Any) -> None:
    """Add routes to our blueprint while it is being made."""
    raise AssertionError("a specification is not called")
