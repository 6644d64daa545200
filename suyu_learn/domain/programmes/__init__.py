"""What a programme asks for: its stages and parts, and whether the hours that it promises can be earned in it."""

from suyu_learn.domain.programmes.account import Account, StageAccount, account, faults, filled_up, worth
from suyu_learn.domain.programmes.bounds import LONGEST_TEXT, LONGEST_TITLE, MOST_PARTS, MOST_STAGES, beyond_bounds
from suyu_learn.domain.programmes.plan import HoursScope, Part, PartKind, Plan, Repeats, Stage, place_of

__all__ = [
    "LONGEST_TEXT", "LONGEST_TITLE", "MOST_PARTS", "MOST_STAGES", "Account", "HoursScope",
    "Part", "PartKind", "Plan", "Repeats", "Stage", "StageAccount",
    "account", "beyond_bounds", "faults", "filled_up", "place_of", "worth",
]  # fmt: skip
