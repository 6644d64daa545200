"""Commands: `flask --app app suyu ...`. Exit status 0 all in, 1 some refused, 2 nothing."""

from suyu_learn.cli import content, demo, exams, identity_numbers, people, records, serving
from suyu_learn.cli.common import suyu

__all__ = ["content", "demo", "exams", "identity_numbers", "people", "records", "serving", "suyu"]
