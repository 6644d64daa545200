"""Forms, one module per area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms.i18n import get_translations

from suyu_learn.domain.problems import Problem
from suyu_learn.web import problems
from suyu_learn.web.i18n import language

_WTFORMS = {"zh_Hans": ["zh_Hans", "zh"], "en": ["en"]}


class Form(FlaskForm):
    """A form in the language of the page whose faults can also come from a service."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return get_translations(_WTFORMS[language()])

    def refuse(self, *found: Problem) -> None:
        """Show problems at the fields they name, or above the form."""
        for problem in found:
            field = self._fields.get(problem.place.field)
            said = problems.sentence(problem)
            if field is None:
                self.form_errors.append(said)
            else:
                field.errors = [*_errors(field.errors), said]


def _errors(errors: Sequence[str] | Any) -> list[str]:
    return list(errors)
