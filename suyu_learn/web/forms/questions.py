"""What the editors of all types share: stem, explanation, and what else is known of a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.models import Bank
from suyu_learn.services.bank_editing import LONGEST_TAG
from suyu_learn.services.topics import Node
from suyu_learn.web import question_words
from suyu_learn.web.bank_questions import DIFFICULTIES
from suyu_learn.web.forms import Form
from suyu_learn.web.forms.fields import INDENT, Needed, TickListField, choices
from suyu_learn.web.i18n import LANGUAGES, _

TEXT_ROWS = 4


def question_form(
    bank: Bank, nodes: Sequence[Node], audiences: Sequence[tuple[str, str]], *, group: bool = False
) -> Any:
    """The shared part of an editor; what is known already is given as `data`."""

    class QuestionForm(Form):
        stem = TextAreaField(
            _("Passage, table or picture") if group else _("Stem"), [Needed(), Length(max=20_000)],
            render_kw={"rows": TEXT_ROWS},
        )  # fmt: skip
        explanation = TextAreaField(
            _("Explanation"), [Length(max=20_000)], render_kw={"rows": 3},
            description=_("What learners read once the key is open."),
        )  # fmt: skip
        text_format = SelectField(_("Text"), choices=_named(question_words.TEXT_FORMATS))
        difficulty = SelectField(_("Difficulty"), choices=_named(DIFFICULTIES))
        topics = TickListField(_("Topics"), choices=choices(
            (str(node.id), INDENT * node.depth + node.name) for node in nodes), validate_choice=False)  # fmt: skip
        new_topics = StringField(
            _("New topics"), [Length(max=1000)], description=_("Separated by commas; they go to the top of the tree.")
        )
        criterion = SelectField(_("Criterion"), choices=choices(question_words.criteria(), none=_("none")))
        dimension = SelectField(_("Dimension"), choices=_named(question_words.DIMENSIONS, none=_("none")))
        audiences_ = TickListField(_("Audiences"), name="audiences", choices=choices(audiences))
        tags = StringField(
            _("Tags"), [Length(max=1000)],
            description=_("Separated by commas, at most %(most)s characters each.", most=LONGEST_TAG),
        )  # fmt: skip
        source = TextAreaField(
            _("Source"), [Length(max=2000)], render_kw={"rows": 2},
            description=_("What the key rests on: law, standard, book, page. This bank asks for it.")
            if bank.review else _("What the key rests on: law, standard, book, page."),
        )  # fmt: skip
        points = StringField(
            _("Suggested points"), [Length(max=16)], description=_("The paper decides."),
            render_kw={"inputmode": "decimal"},
        )  # fmt: skip
        lang = SelectField(_("Language"), choices=choices(LANGUAGES.items()))

    return QuestionForm


def data_of(draft: QuestionDraft, topic_ids: Sequence[int]) -> dict[str, Any]:
    """What a draft puts into the form."""
    plain = [tag for tag in draft.tags if not tag.startswith(question_words.FOR)]
    return {
        "stem": draft.body.get("stem", ""),
        "explanation": draft.body.get("explanation", ""),
        "text_format": draft.text_format,
        "difficulty": draft.difficulty,
        "topics": [str(one) for one in topic_ids],
        "criterion": str(draft.criterion or ""),
        "dimension": draft.dimension or "",
        "audiences_": question_words.audiences_in(draft.tags),
        "tags": "，".join(plain) if draft.lang.startswith("zh") else ", ".join(plain),
        "source": draft.source,
        "points": draft.points or "",
        "lang": draft.lang,
    }


def _named(names: Any, *, none: str | None = None) -> Any:
    return choices(((str(getattr(code, "value", code)), _(name)) for code, name in names.items()), none=none)
