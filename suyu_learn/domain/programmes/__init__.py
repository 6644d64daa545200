"""What a programme asks for, whether its hours can be earned in it, and how far a person has come until when."""

from suyu_learn.domain.programmes.account import (
    Account,
    StageAccount,
    account,
    brings_no_hours,
    faults,
    filled_up,
    worth,
)
from suyu_learn.domain.programmes.bounds import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_HOURS,
    MOST_PARTS,
    MOST_STAGES,
    beyond_bounds,
)
from suyu_learn.domain.programmes.deadlines import Terms, Turn, turn
from suyu_learn.domain.programmes.plan import HoursScope, Part, PartKind, Plan, Repeats, Stage, place_of
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
    "LONGEST_TEXT", "LONGEST_TITLE", "MOST_HOURS", "MOST_PARTS", "MOST_STAGES", "Account",
    "Evidence", "HoursScope", "Needs", "Part", "PartKind",
    "PartNeeds", "PartProgress", "Plan", "Progress", "Repeats",
    "Stage", "StageAccount", "StageNeeds", "StageProgress", "Terms",
    "Turn", "account", "beyond_bounds", "brings_no_hours", "faults",
    "filled_up", "place_of", "progress", "turn", "worth",
]  # fmt: skip
