"""What an attempt's steps mean: when it may be written to, which response wins, and what it earns."""

from suyu_learn.domain.attempts.by_people import AnswerState, agreed, answer_state
from suyu_learn.domain.attempts.outcome import Outcome, earned, total
from suyu_learn.domain.attempts.retakes import RetakeFor, may_retake
from suyu_learn.domain.attempts.steps import AttemptState, Projection, StepKind, StepRecord, project
from suyu_learn.domain.attempts.stepwise import (
    ALL_SHOWN,
    FEWEST_SECONDS,
    FOR_THE_LINE,
    MOST_SECONDS,
    ends_at,
    judge_shown,
    minutes_needed,
    seconds_of,
)
from suyu_learn.domain.attempts.timing import (
    NO_EXTRA,
    Extra,
    Phase,
    Refusal,
    deadline,
    entry_ends,
    hand_in_from,
    judge_save,
    made_at,
    phase,
    standing_clock,
)

__all__ = [
    "ALL_SHOWN", "FEWEST_SECONDS", "FOR_THE_LINE", "MOST_SECONDS", "NO_EXTRA", "AnswerState", "AttemptState", "Extra",
    "Outcome", "Phase", "Projection", "Refusal", "RetakeFor", "StepKind", "StepRecord", "agreed", "answer_state",
    "deadline", "earned", "ends_at", "entry_ends", "hand_in_from", "judge_save", "judge_shown", "made_at", "may_retake",
    "minutes_needed", "phase", "project", "seconds_of", "standing_clock", "total",
]  # fmt: skip
