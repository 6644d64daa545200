"""Programmes: how far a person has come, and until when."""

from suyu_learn.domain.programmes.deadlines import Terms, Turn, turn
from suyu_learn.domain.programmes.progress import (
    Evidence,
    Needs,
    PartNeeds,
    PartProgress,
    Progress,
    StageNeeds,
    StageProgress,
    progress,
)

__all__ = [
    "Evidence", "Needs", "PartNeeds", "PartProgress", "Progress",
    "StageNeeds", "StageProgress", "Terms", "Turn", "progress",
    "turn",
]  # fmt: skip
