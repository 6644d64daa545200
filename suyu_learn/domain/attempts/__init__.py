"""What an attempt's steps mean: when it may be written to, which response wins, and what it earns."""

from suyu_learn.domain.attempts.by_people import AnswerState, agreed, answer_state
from suyu_learn.domain.attempts.leaves import SHORTEST_LEAVE, LeaveLimit, away_for
from suyu_learn.domain.attempts.outcome import Outcome, earned, total
from suyu_learn.domain.attempts.retakes import RetakeFor, may_retake
from suyu_learn.domain.attempts.steps import (
    LEFT_TOO_MUCH,
    AttemptState,
    Projection,
    StepKind,
    StepRecord,
    project,
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
    "LEFT_TOO_MUCH", "NO_EXTRA", "SHORTEST_LEAVE", "AnswerState", "AttemptState", "Extra", "LeaveLimit", "Outcome",
    "Phase", "Projection", "Refusal", "RetakeFor", "StepKind", "StepRecord", "agreed", "answer_state", "away_for",
    "deadline", "earned", "entry_ends", "hand_in_from",
    "judge_save", "made_at", "may_retake", "phase", "project", "standing_clock", "total",
]  # fmt: skip
