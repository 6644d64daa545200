"""The plug-ins of one app, and what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import pluggy

from suyu_learn import hooks
from suyu_learn.domain.questions import QuestionType

QuestionTypes: TypeAlias = dict[str, QuestionType[Any]]


class Plugins:
    """Everything that came in by the hooks, by code."""

    def __init__(self, plugins: Iterable[object]) -> None:
        self.manager = pluggy.PluginManager(hooks.PROJECT)
        self.manager.add_hookspecs(hooks)
        for plugin in plugins:
            self.manager.register(plugin)
        self.manager.load_setuptools_entrypoints(hooks.PROJECT)
        self.question_types: QuestionTypes = _by_code(self.manager.hook.question_types())
        self.question_editors: dict[str, Any] = _by_code(self.manager.hook.question_editors())
        self.bank_formats: dict[str, hooks.BankFormat] = _by_code(self.manager.hook.bank_formats())
        self.bank_writers: dict[str, hooks.BankWriter] = _by_code(self.manager.hook.bank_writers())
        self.export_formats: dict[str, hooks.ExportFormat] = _by_code(self.manager.hook.export_formats())
        self.sentences: dict[str, str] = {}
        for sentences in reversed(self.manager.hook.problem_sentences()):
            self.sentences.update(sentences)

    def find_person(self) -> hooks.HostPerson | None:
        """The person whom the host knows in this request."""
        found: hooks.HostPerson | None = self.manager.hook.find_person()
        return found

    @property
    def host_signs_in(self) -> bool:
        """Whether a plug-in answers for the host's login."""
        return bool(self.manager.hook.find_person.get_hookimpls())


def _by_code(brought: list[Iterable[Any]]) -> dict[str, Any]:
    """Things by their code; pluggy calls the latest plug-in first, and the latest wins."""
    return {thing.code: thing for things in reversed(brought) for thing in things}
