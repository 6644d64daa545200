"""What a library of questions and lessons must be as a whole, beyond each of them being sound."""

from suyu_learn.domain.library.balance import Cell, counts_fall_short, courses_fall_short, length_of, tally
from suyu_learn.domain.library.bias import LEVEL, Answers, answers_of, biases, guessed
from suyu_learn.domain.library.entries import CourseEntry, Entry, LessonEntry
from suyu_learn.domain.library.facts import Fact, Named, contradictions, facts_named, filled, misnamed, unknown_in
from suyu_learn.domain.library.links import astray
from suyu_learn.domain.library.nearness import CLOSE, nearly_the_same
from suyu_learn.domain.library.phrasing import faults_of_an_entry, share_asking_for_the_wrong_one

__all__ = [
    "CLOSE", "LEVEL", "Answers", "Cell", "CourseEntry", "Entry", "Fact", "LessonEntry", "Named", "answers_of",
    "astray", "biases", "contradictions", "counts_fall_short", "courses_fall_short", "facts_named",
    "faults_of_an_entry", "filled", "guessed", "length_of", "misnamed", "nearly_the_same",
    "share_asking_for_the_wrong_one", "tally", "unknown_in",
]  # fmt: skip
