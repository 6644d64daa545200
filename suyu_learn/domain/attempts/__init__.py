"""What an attempt's steps mean: when it may be written to, which response wins, and what it earns."""

from suyu_learn.domain.attempts.outcome import Outcome, earned, total
from suyu_learn.domain.attempts.steps import AttemptState, Projection, StepKind, StepRecord, project
from suyu_learn.domain.attempts.timing import Phase, Refusal, judge_save, made_at, phase, standing_clock

__all__ = [
    "AttemptState", "Outcome", "Phase", "Projection", "Refusal", "StepKind", "StepRecord",
    "earned", "judge_save", "made_at", "phase", "project", "standing_clock", "total",
]  # fmt: skip
