"""The part of a question's editor that belongs to its type: one small module each, beside `questions/<type>/edit.html`.

They come in by the hook `question_editors`, like a plug-in's. A type without one can be looked at and reviewed, but
is written elsewhere.
"""

from __future__ import annotations

from suyu_learn.web.editors import choice, cloze, fill_in, matching, numeric, open_answer, ordering, true_false
from suyu_learn.web.editors.base import Editor

BUILT_IN: tuple[Editor, ...] = (
    true_false.EDITOR,
    choice.SINGLE,
    choice.MULTIPLE,
    fill_in.EDITOR,
    numeric.EDITOR,
    matching.EDITOR,
    ordering.EDITOR,
    cloze.EDITOR,
    open_answer.SHORT_ANSWER,
    open_answer.ESSAY,
    open_answer.GROUP,
)
