"""What learning a course means: how long a text takes, what the steps say, when it is complete, what it is worth."""

from suyu_learn.domain.courses.completion import COMPLETION_RULE, LessonNeeds, fulfilled
from suyu_learn.domain.courses.hours import (
    Credit,
    CreditRules,
    Span,
    apart,
    by_day,
    counted,
    credit,
    free,
    grant,
    most,
    worth,
)
from suyu_learn.domain.courses.lesson_text import question_line, with_names, without_question, without_questions
from suyu_learn.domain.courses.progress import (
    UNREAD,
    Answer,
    LessonProgress,
    StepKind,
    StepRecord,
    may_open,
    next_to_read,
    project,
    split_by_day,
)
from suyu_learn.domain.courses.reading import STANDARD_PACE, Pace, plausible_seconds
from suyu_learn.domain.courses.watching import Film, Played, Told, Watched, believed, covered, united

__all__ = [
    "COMPLETION_RULE", "STANDARD_PACE", "UNREAD", "Answer", "Credit", "CreditRules", "Film", "LessonNeeds",
    "LessonProgress", "Pace", "Played", "Span", "StepKind", "StepRecord", "Told", "Watched", "apart", "believed",
    "by_day", "counted", "covered", "credit", "free", "fulfilled", "grant", "may_open", "most", "next_to_read",
    "plausible_seconds", "project", "question_line", "split_by_day", "united", "with_names", "without_question",
    "without_questions", "worth",
]  # fmt: skip
