"""Suyu Learn: courses and exams for citizens' science literacy, as a Flask plugin."""

__version__ = "0.1.0"

from suyu_learn.extension import Learn, SuyuLearn
from suyu_learn.hooks import HostPerson, hookimpl

__all__ = ["HostPerson", "Learn", "SuyuLearn", "hookimpl"]
