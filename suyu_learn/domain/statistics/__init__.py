"""Numbers of exams and training: pure functions; without data they answer None."""

from suyu_learn.domain.statistics.counting import Tally, mean, median, ratio
from suyu_learn.domain.statistics.distribution import BANDS, Band, band_of, distribution
from suyu_learn.domain.statistics.items import ItemSums, discrimination, exposure, observed_difficulty
from suyu_learn.domain.statistics.periods import Period, Weeks, offered, period_of
from suyu_learn.domain.statistics.questions import AnswerCount, ChoiceCount, QuestionNumbers, question_numbers
from suyu_learn.domain.statistics.standing import Sitting, Standing, standing_of
from suyu_learn.domain.statistics.suppression import hidden_cells, hidden_rows, hidden_steps, hidden_units
from suyu_learn.domain.statistics.times import LONGEST_PAUSE, Made, Spent, seconds_by_slot, spent
from suyu_learn.domain.statistics.training import Group, Sat, Trained, climbed

__all__ = [
    "BANDS", "LONGEST_PAUSE", "AnswerCount", "Band", "ChoiceCount", "Group", "ItemSums", "Made", "Period",
    "QuestionNumbers", "Sat", "Sitting", "Spent", "Standing", "Tally", "Trained", "Weeks", "band_of", "climbed",
    "discrimination", "distribution", "exposure", "hidden_cells", "hidden_rows", "hidden_steps", "hidden_units",
    "mean", "median", "observed_difficulty", "offered", "period_of", "question_numbers", "ratio", "seconds_by_slot",
    "spent", "standing_of",
]  # fmt: skip
