"""Practice: the notebook of mistakes, what may be asked, and how far somebody has come."""

from suyu_learn.domain.practice.notebook import LEAVES_AFTER, NEW, Given, Standing, after
from suyu_learn.domain.practice.openness import Openness, PracticeMode

__all__ = ["LEAVES_AFTER", "NEW", "Given", "Openness", "PracticeMode", "Standing", "after"]
