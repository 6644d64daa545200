"""Numbers of exams and training: pure functions; without data they answer None."""

from suyu_learn.domain.statistics.counting import EXCELLENT, Rates, Tally, mean, median, ratio
from suyu_learn.domain.statistics.distribution import BANDS, Band, band_of, distribution, hidden_bands
from suyu_learn.domain.statistics.item_analysis import (
    FEWEST_COMPARED,
    Cell,
    ItemFigures,
    OptionSpread,
    item_figures,
)
from suyu_learn.domain.statistics.item_flags import Flag, Raised, flags_of, time_was_short
from suyu_learn.domain.statistics.items import (
    NO_SUMS,
    ItemSums,
    correlation,
    discrimination,
    exposure,
    observed_difficulty,
)
from suyu_learn.domain.statistics.periods import Period, Weeks, offered, period_of
from suyu_learn.domain.statistics.questions import AnswerCount, ChoiceCount, QuestionNumbers, question_numbers
from suyu_learn.domain.statistics.reliability import FEWEST_RELIABLE, Reliability, Spread, reliability
from suyu_learn.domain.statistics.score_groups import (
    EXTREME,
    FEWEST_IN_GROUPS,
    ScoreGroup,
    ScoreGroups,
    score_groups,
)
from suyu_learn.domain.statistics.standing import Sitting, Standing, standing_of
from suyu_learn.domain.statistics.suppression import (
    few_of,
    hidden_cells,
    hidden_lines,
    hidden_rows,
    hidden_steps,
    leaving_few,
)
from suyu_learn.domain.statistics.times import LONGEST_PAUSE, Made, Spent, seconds_by_slot, spent
from suyu_learn.domain.statistics.training import Group, Sat, Trained, climbed

__all__ = [
    "BANDS", "EXCELLENT", "EXTREME", "FEWEST_COMPARED", "FEWEST_IN_GROUPS", "FEWEST_RELIABLE", "LONGEST_PAUSE",
    "NO_SUMS", "AnswerCount", "Band", "Cell", "ChoiceCount", "Flag", "Group", "ItemFigures", "ItemSums", "Made",
    "OptionSpread", "Period", "QuestionNumbers", "Raised", "Rates", "Reliability", "Sat", "ScoreGroup", "ScoreGroups",
    "Sitting", "Spent", "Spread", "Standing", "Tally", "Trained", "Weeks", "band_of", "climbed", "correlation",
    "discrimination", "distribution", "exposure", "few_of", "flags_of", "hidden_bands", "hidden_cells", "hidden_lines",
    "hidden_rows", "hidden_steps", "item_figures", "leaving_few", "mean", "median", "observed_difficulty", "offered",
    "period_of", "question_numbers", "ratio", "reliability", "score_groups", "seconds_by_slot", "spent", "standing_of",
    "time_was_short",
]  # fmt: skip
