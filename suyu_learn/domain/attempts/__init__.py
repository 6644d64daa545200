"""What an attempt's steps mean: when it may be written to, which response wins, and what it earns."""

from suyu_learn.domain.attempts.by_people import AnswerState, agreed, answer_state
from suyu_learn.domain.attempts.outcome import Outcome, earned, total
from suyu_learn.domain.attempts.steps import AttemptState, Projection, StepKind, StepRecord, project
from suyu_learn.domain.attempts.timing import Phase, Refusal, judge_save, made_at, phase

__all__ = [
    "AnswerState", "AttemptState", "Outcome", "Phase", "Projection", "Refusal", "StepKind", "StepRecord",
    "agreed", "answer_state", "earned", "judge_save", "made_at", "phase", "project", "total",
]  # fmt: skip
